/** The data of protocol errors: what the protocol defines for a code, and nothing a server put beside it. */
import { isRecord, type Message } from '../message';

/** Names of capabilities, versions: words of the protocol. */
const WORD = /^[\w./-]{1,64}$/;

/** @returns undefined where the code has no data, or it is not what the protocol says. */
export function errorData(code: unknown, data: unknown, asked: Message | undefined): object | undefined {
  if (!isRecord(data)) return undefined;
  switch (code) {
    case -32002:
      return asked !== undefined && data.uri === asked.params.uri ? { uri: data.uri } : undefined;
    case -32021:
      return isRecord(data.requiredCapabilities)
        ? { requiredCapabilities: words(data.requiredCapabilities) }
        : undefined;
    case -32022:
      return { supported: words(data.supported), requested: words(data.requested) };
    case -32042:
      return Array.isArray(data.elicitations) ? { elicitations: data.elicitations.map(elicitation) } : undefined;
    default:
      return undefined;
  }
}

/** A page a person is to open, which the server named on purpose. */
function elicitation(given: unknown): object {
  const { mode, elicitationId, url, message } = isRecord(given) ? given : {};
  return { mode, elicitationId, url, message };
}

/** What of a value are words; everything else is left out. */
function words(value: unknown, depth = 4): unknown {
  if (typeof value === 'string') return WORD.test(value) ? value : undefined;
  if (typeof value === 'boolean') return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return value.map((item) => words(item, depth - 1)).filter((item) => item !== undefined);
  if (!isRecord(value)) return undefined;
  const entries = Object.entries(value).filter(([key]) => WORD.test(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, words(item, depth - 1)]));
}
