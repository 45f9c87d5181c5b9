/** What tests of the broker's decisions have in common. */
import { REQUEST_PARAMETERS } from '../../../lambda/broker/authorization-request';
import type { ConsentView } from '../../../lambda/broker/pages/view';

const view: ConsentView = {
  branding: {},
  serverName: 'Notes',
  client: { kind: 'dynamic', name: 'Tool' },
  allows: ['Read your notes'],
  redirectHost: 'client.example',
  loopback: false,
  fields: { csrf: 'x' },
  action: '/oauth2/consent',
};

export const requestOf = {
  names: [...REQUEST_PARAMETERS, 'prompt', 'request', 'request_uri', 'response_mode'],
  view,
};
