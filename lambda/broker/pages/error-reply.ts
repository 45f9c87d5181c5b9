/** What went wrong before there was anywhere to redirect to, in words for the person in front of the browser. */
import type { PageReason } from '../authorization-request';
import type { BrokerConfig } from '../config';
import { page, type Reply } from '../http';
import { errorPage } from './error-page';
import { pageHeaders } from './headers';

export type ErrorReason = PageReason | 'request' | 'form' | 'callback' | 'browser' | 'unavailable' | 'not_found';

const START_OVER = 'Close this page and start again from the program that sent you here.';

const WORDS: Readonly<
  Record<ErrorReason, { readonly status: number; readonly title: string; readonly advice: string }>
> = {
  parameters: { status: 400, title: 'This sign-in link is not complete', advice: START_OVER },
  client_unknown: {
    status: 400,
    title: 'This program is not known here',
    advice:
      'It asked to sign you in, but it is not registered, or what it says about itself could not be read. Ask whoever runs this service whether it may be used.',
  },
  redirect_uri: {
    status: 400,
    title: 'This program wants to send you somewhere unexpected',
    advice:
      'The address it named is not one it registered, so you are not sent there. If you trust the program, ask its maker or whoever runs this service.',
  },
  request: {
    status: 400,
    title: 'This program asked for something that is not possible here',
    advice: `Nothing was allowed, and you are not sent back to it. ${START_OVER}`,
  },
  form: {
    status: 400,
    title: 'This page is no longer valid',
    advice: `It was opened in another browser, too long ago, or cookies are blocked. ${START_OVER}`,
  },
  callback: {
    status: 400,
    title: 'This sign-in has ended already',
    advice: `It took too long, or was completed before. ${START_OVER}`,
  },
  browser: {
    status: 400,
    title: 'This sign-in was started in another browser',
    advice: `Nothing was allowed. If you did not start it, you need not do anything. Otherwise: ${START_OVER.toLowerCase()}`,
  },
  unavailable: {
    status: 503,
    title: 'Signing in is not available right now',
    advice: 'Nothing was changed. Wait a minute and try again.',
  },
  not_found: { status: 404, title: 'There is nothing here', advice: START_OVER },
};

export function errorReply(
  reason: ErrorReason,
  { branding, resourceName: serverName }: Pick<BrokerConfig, 'branding' | 'resourceName'>,
  errorId: string,
): Reply {
  const { status, title, advice } = WORDS[reason];
  return page(status, errorPage({ branding, serverName, title, advice, errorId }), pageHeaders(branding));
}
