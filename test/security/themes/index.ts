/** Every theme, in the order of the table. */
import type { Theme } from '../attack-row';
import { assertion } from './assertion';
import { callback } from './callback';
import { codes } from './codes';
import { consent } from './consent';
import { cookies } from './cookies';
import { documents } from './documents';
import { guardRequests } from './guard-requests';
import { guardTokens } from './guard-tokens';
import { honest } from './honest';
import { machine } from './machine';
import { parameters } from './parameters';
import { pkce } from './pkce';
import { redirect } from './redirect';
import { refreshing } from './refresh';
import { registration } from './registration';
import { theft } from './theft';
import { upstream } from './upstream';

export const THEMES: readonly Theme[] = [
  honest,
  consent,
  callback,
  cookies,
  redirect,
  pkce,
  codes,
  refreshing,
  theft,
  documents,
  registration,
  parameters,
  assertion,
  machine,
  upstream,
  guardTokens,
  guardRequests,
];
