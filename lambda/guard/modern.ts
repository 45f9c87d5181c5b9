/**
 * What the revision of 2026-07-28 changed in answers: a method that is not there is a 404, and a resource that is not
 * there is invalid params (https://modelcontextprotocol.io/specification/2026-07-28/server/resources#error-handling).
 */
import { isRecord, type Message } from './message';

/** Its presence in `_meta` is what makes a request one of this revision. */
const ENVELOPE_VERSION = 'io.modelcontextprotocol/protocolVersion';

/** Taken out of the protocol, and named by rules before; the other methods that went the server refuses itself. */
const REMOVED: ReadonlySet<string> = new Set(['resources/subscribe', 'resources/unsubscribe']);

export function isModern({ params }: Message): boolean {
  return isRecord(params._meta) && ENVELOPE_VERSION in params._meta;
}

/** Whether the revision a request speaks has no such method any more. */
export function isRemoved(message: Message): boolean {
  return REMOVED.has(message.method) && isModern(message);
}
