/**
 * Fetches a JSON document from an address that a stranger chose, and can be led nowhere but the public internet: every
 * address of the name is checked, the connection goes to an address that was checked (the name is not resolved again),
 * redirects are not followed, and time and size are bounded. Nothing in the environment changes any of this.
 */
import dns from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './addresses';
import { keepSeconds } from './http-cache';

export type FetchProblem =
  | 'address_not_https'
  | 'address_is_ip'
  | 'not_resolvable'
  | 'not_public'
  | 'not_reachable'
  | 'too_slow'
  | 'redirected'
  | 'bad_status'
  | 'bad_type'
  | 'encoded'
  | 'too_large'
  | 'not_json';

export type FetchedDocument =
  | { readonly ok: true; readonly body: unknown; readonly keepSeconds: number }
  /** The detail is for the log: on the wire it would tell a stranger what our network looks like. */
  | { readonly ok: false; readonly problem: FetchProblem; readonly detail?: string };

interface Bounds {
  /** From the first question to the resolver to the last byte. */
  readonly milliseconds: number;
  readonly bytes: number;
}

const BOUNDS: Bounds = { milliseconds: 3000, bytes: 64 * 1024 };

type Address = { readonly address: string; readonly family: number };

class Problem extends Error {
  constructor(
    readonly problem: FetchProblem,
    readonly detail?: string,
  ) {
    super(problem);
  }
}

export async function fetchDocument(address: string, bounds: Bounds = BOUNDS): Promise<FetchedDocument> {
  const signal = AbortSignal.timeout(bounds.milliseconds);
  try {
    const url = admitted(address);
    const checked = await beforeEnd(publicAddresses(url.hostname), signal);
    const response = await head(url, checked, signal);
    try {
      refuseHead(response, bounds);
      return {
        ok: true,
        body: json(await bytesOf(response, bounds.bytes)),
        keepSeconds: keepSeconds(response.headers, Date.now()),
      };
    } finally {
      response.destroy();
    }
  } catch (error) {
    if (error instanceof Problem) return { ok: false, problem: error.problem, detail: error.detail };
    if (signal.aborted) return { ok: false, problem: 'too_slow' };
    return { ok: false, problem: 'not_reachable', detail: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function admitted(address: string): URL {
  if (!URL.canParse(address)) throw new Problem('address_not_https');
  const url = new URL(address);
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') throw new Problem('address_not_https');
  // The parser has turned decimal, octal and hexadecimal spellings into plain ones by now.
  if (url.hostname.startsWith('[') || isIP(url.hostname) !== 0) throw new Problem('address_is_ip');
  return url;
}

/** All of them, or none: a name with one foot in a private network is not a public name. */
async function publicAddresses(hostname: string): Promise<readonly Address[]> {
  const addresses = await dns.lookup(hostname, { all: true }).catch((error) => {
    throw new Problem('not_resolvable', error.code);
  });
  if (addresses.length === 0) throw new Problem('not_resolvable');
  const offender = addresses.find(({ address }) => !isPublicAddress(address));
  if (offender !== undefined) throw new Problem('not_public', offender.address);
  return addresses;
}

function head(url: URL, checked: readonly Address[], signal: AbortSignal): Promise<IncomingMessage> {
  const lookup: LookupFunction = (_hostname, { all }, done) => {
    if (all) done(null, [...checked]);
    else done(null, checked[0]!.address, checked[0]!.family);
  };
  return new Promise((resolve, reject) => {
    https
      .request(url, {
        lookup,
        signal,
        // An agent of its own: no connection is shared, and none goes through a proxy of the environment.
        agent: false,
        // Said although it is the default, which NODE_TLS_REJECT_UNAUTHORIZED would change.
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        maxHeaderSize: 16 * 1024,
        headers: { Accept: 'application/json', 'Accept-Encoding': 'identity', 'User-Agent': 'oauth-client-metadata' },
      })
      .on('response', resolve)
      .on('error', reject)
      .end();
  });
}

function refuseHead({ statusCode = 0, headers }: IncomingMessage, bounds: Bounds): void {
  if (statusCode >= 300 && statusCode < 400) throw new Problem('redirected', String(statusCode));
  if (statusCode !== 200) throw new Problem('bad_status', String(statusCode));
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (!/^application\/([\w.-]+\+)?json$/.test(type)) throw new Problem('bad_type', type.slice(0, 100));
  // Nothing is decompressed, so nothing can unfold.
  if ((headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity') throw new Problem('encoded');
  if (Number(headers['content-length'] ?? 0) > bounds.bytes) throw new Problem('too_large');
}

async function bytesOf(response: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new Problem('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Problem('not_json');
  }
}

/** A resolver cannot be told to stop, but need not be waited for. */
function beforeEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
