/** The flows by route. This module and what it imports is loaded with the first request that is no document. */
import { BrokerRoute } from '../../../lib/private/contract';
import type { BrokerRequest, Reply } from '../http';
import type { BrokerLog } from '../log';
import type { Services } from '../services';
import { authorize } from './authorize';
import { callback } from './callback';
import { consent } from './consent';
import { register } from './register';
import { revoke } from './revoke';
import { token } from './token';

export { servicesFor } from '../services';

export type Flow = (request: BrokerRequest, services: Services, log: BrokerLog) => Promise<Reply>;

export const FLOWS: ReadonlyMap<string, Flow> = new Map([
  [BrokerRoute.authorize, authorize],
  [BrokerRoute.consent, consent],
  [BrokerRoute.callback, callback],
  [BrokerRoute.token, token],
  [BrokerRoute.revoke, revoke],
  [BrokerRoute.register, register],
]);
