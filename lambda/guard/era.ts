/** Which era of the protocol a request belongs to, told from the same signs as the SDK tells it. */
import { isRecord, type Message } from './message';

const FIRST_MODERN = '2026-07-28';

/** Its presence in `_meta` is what makes a request one of the modern era. */
const ENVELOPE_VERSION = 'io.modelcontextprotocol/protocolVersion';

/**
 * Taken out of the protocol with the modern era, and named by rules before; the other methods that went the server
 * refuses itself.
 */
const REMOVED: ReadonlySet<string> = new Set(['resources/subscribe', 'resources/unsubscribe']);

/**
 * The modern era changed answers too: a method that is not there is a 404, and a resource that is not there is invalid
 * params (https://modelcontextprotocol.io/specification/2026-07-28/server/resources#error-handling).
 */
export function isModern({ params }: Message): boolean {
  return isRecord(params._meta) && ENVELOPE_VERSION in params._meta;
}

/** Whether the revision a request speaks has no such method any more. */
export function isRemoved(message: Message): boolean {
  return REMOVED.has(message.method) && isModern(message);
}

/** Batches, responses and requests without a modern envelope or header are of 2025-11-25 or older: the era of sessions. */
export function isLegacy(
  headers: Headers,
  { messages, batch }: { messages: readonly Message[]; batch: boolean },
): boolean {
  const [message] = messages;
  if (batch || message === undefined || message.kind === 'response') return true;
  if (isModern(message)) return false;
  return (headers.get('mcp-protocol-version')?.trim() ?? '') < FIRST_MODERN;
}
