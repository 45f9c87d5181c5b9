/** The texts of a message that people or models will read; names, addresses and binary content are none. */
import { isRecord } from '../message';

/** Where texts begin: in results and in what a server sends by itself. Lists and discovery are the server's own words. */
const SPEAKING: ReadonlySet<string> = new Set([
  'content',
  'contents',
  'messages',
  'structuredContent',
  'description',
  'completion',
  'inputRequests',
]);
const SILENT: ReadonlySet<string> = new Set(['type', 'uri', 'mimeType', 'blob', 'role', 'progressToken']);

export function textsOf(message: unknown): string[] {
  const texts: string[] = [];
  replaceTexts(message, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}

/** A message, or a batch of them, with its texts replaced. */
export function replaceTexts(message: unknown, replace: (text: string) => string): unknown {
  if (Array.isArray(message)) return message.map((one) => replaceTexts(one, replace));
  if (!isRecord(message)) return message;
  if (isRecord(message.result)) {
    const result = Object.entries(message.result).map(([key, value]) => [
      key,
      SPEAKING.has(key) ? deep(value, replace, key === 'structuredContent') : value,
    ]);
    return { ...message, result: Object.fromEntries(result) };
  }
  if (message.method === undefined || !isRecord(message.params)) return message;
  return { ...message, params: deep(message.params, replace) };
}

/** `structured`: a tool's own properties, whose names mean nothing here. */
function deep(value: unknown, replace: (text: string) => string, structured = false): unknown {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) return value.map((item) => deep(item, replace, structured));
  if (!isRecord(value)) return value;
  const media = value.type === 'image' || value.type === 'audio';
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const named = SILENT.has(key) || (media && key === 'data');
      return [key, named && !structured && typeof item !== 'object' ? item : deep(item, replace, structured)];
    }),
  );
}
