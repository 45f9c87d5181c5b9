/** Every theme, in the order of the table. */
import type { Theme } from '../attack-row';
import { assertion } from './assertion';
import { callback } from './callback';
import { codes } from './codes';
import { connections } from './connections';
import { consent } from './consent';
import { cookies } from './cookies';
import { documents } from './documents';
import { forgedTokens } from './forged-tokens';
import { guardCallers } from './guard-callers';
import { guardOutputs } from './guard-outputs';
import { guardRequests } from './guard-requests';
import { guardSessions } from './guard-sessions';
import { guardTokens } from './guard-tokens';
import { honest } from './honest';
import { inputs } from './inputs';
import { jsonBodies } from './json-bodies';
import { machine } from './machine';
import { parameters } from './parameters';
import { pkce } from './pkce';
import { protocol } from './protocol';
import { providerTokens } from './provider-tokens';
import { redirect } from './redirect';
import { refreshing } from './refresh';
import { registration } from './registration';
import { revisions } from './revisions';
import { sidecarTheme } from './sidecar';
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
  forgedTokens,
  providerTokens,
  guardRequests,
  guardSessions,
  guardCallers,
  inputs,
  jsonBodies,
  protocol,
  connections,
  guardOutputs,
  revisions,
  sidecarTheme,
];
