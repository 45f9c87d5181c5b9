/** Which era of the protocol a request belongs to, told from the same signs as the SDK tells it. */
import { isRecord, type Message } from './message';

const ENVELOPE_VERSION = 'io.modelcontextprotocol/protocolVersion';
const FIRST_MODERN = '2026-07-28';

/** Batches, responses and requests without a modern envelope or header are of 2025-11-25 or older: the era of sessions. */
export function isLegacy(
  headers: Headers,
  { messages, batch }: { messages: readonly Message[]; batch: boolean },
): boolean {
  const [message] = messages;
  if (batch || message === undefined || message.kind === 'response') return true;
  const meta = message.params._meta;
  if (isRecord(meta) && ENVELOPE_VERSION in meta) return false;
  return (headers.get('mcp-protocol-version')?.trim() ?? '') < FIRST_MODERN;
}
