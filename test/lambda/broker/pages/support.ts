import type { ConsentView } from '../../../../lambda/broker/pages/view';

export const view: ConsentView = {
  branding: {},
  serverName: 'Notes',
  client: { kind: 'metadata-document', name: 'Claude', host: 'claude.ai' },
  allows: ['Read your notes', 'Create and delete your notes'],
  redirectHost: 'claude.ai',
  loopback: false,
  fields: { transaction: 'abc', csrf: 'xyz' },
  action: '/oauth2/consent',
};

/** What a person reads: the page without its markup. */
export function readable(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/\s+/g, ' ')
    .replace(/ ([.,?”])/g, '$1')
    .replace(/“ /g, '“');
}
