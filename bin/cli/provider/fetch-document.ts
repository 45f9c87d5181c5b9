import { visible } from './addresses';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

export type Document = Readonly<Record<string, unknown>>;

/** Why a document could not be had; the text goes on where an address ends. */
export class Unavailable extends Error {
  constructor(
    message: string,
    /** The address answered that there is nothing. */
    readonly absent = false,
  ) {
    super(message);
  }
}

/** A JSON object, read as clients read it: no redirects, bounded in time and size. */
export async function fetchDocument(address: string, fetcher: typeof fetch = fetch): Promise<Document> {
  const headers = { accept: 'application/json' };
  const options = { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) } as const;
  const response = await fetcher(address, options).catch((error: unknown) => {
    throw new Unavailable(`cannot be reached (${reasonOf(error)})`);
  });
  if (response.status >= 300 && response.status < 400) {
    throw new Unavailable(
      `redirects to ${visible(response.headers.get('location') ?? 'nowhere')}: clients do not follow`,
    );
  }
  if (!response.ok) throw new Unavailable(`answers ${response.status}`, response.status < 500);
  const type = response.headers.get('content-type') ?? 'no content type';
  const text = await textOf(response).catch((error: unknown) => {
    throw error instanceof Unavailable ? error : new Unavailable(`breaks off (${reasonOf(error)})`);
  });
  if (!/^application\/([\w.-]+\+)?json\b/i.test(type))
    throw new Unavailable(`answers with ${visible(type)}, not with JSON`);
  return objectIn(text);
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Unavailable(`answers with more than ${MAX_BYTES / 1024} KB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function objectIn(text: string): Document {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unavailable('answers with JSON that cannot be read');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Document;
  throw new Unavailable('answers with JSON that is no object');
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as {
    name: string;
    message: string;
    cause?: { code?: string; message?: string };
  };
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return visible(cause?.code ?? cause?.message ?? message);
}
