import { gzipSync } from 'node:zlib';
import type { PolicyDocument } from './contract';

/** Above this, JSON is compressed: a function's whole environment is 4 KB. */
const PLAIN_LIMIT = 2048;
/** Above this, the encoded policy does not travel in the environment at all. */
const ENCODED_LIMIT = 3072;

/** A task definition has 64 KB in all; half of it is left to everything else. */
const TASK_LIMIT = 32_768;

/** Name of the file that carries a large policy in the bundle. */
export const POLICY_FILE = 'policy.json';

/** How a policy reaches the guard: in a variable, or in a file that the variable names. */
export interface EncodedPolicy {
  readonly variable: string;
  readonly file?: string;
  /** The same as the file, for whoever reads the template alone. */
  readonly metadata?: string;
}

export function encodePolicy(policy: PolicyDocument): EncodedPolicy {
  const json = JSON.stringify(policy);
  if (Buffer.byteLength(json) <= PLAIN_LIMIT) return { variable: json };
  const compressed = portableGzip(json).toString('base64');
  const encoded = `gzip:${compressed}`;
  return encoded.length <= ENCODED_LIMIT
    ? { variable: encoded }
    : { variable: `file:${POLICY_FILE}`, file: json, metadata: compressed };
}

/** A task definition has room for any policy that a guard would still be quick with; `undefined`: too large for it. */
export function encodePolicyForTask(policy: PolicyDocument): string | undefined {
  const json = JSON.stringify(policy);
  if (Buffer.byteLength(json) <= PLAIN_LIMIT) return json;
  const encoded = `gzip:${portableGzip(json).toString('base64')}`;
  return encoded.length <= TASK_LIMIT ? encoded : undefined;
}

/** The same bytes on every operating system: zlib writes the system it ran on into the header's tenth byte. */
function portableGzip(text: string): Buffer {
  const compressed = gzipSync(text, { level: 9 });
  compressed[9] = 0xff;
  return compressed;
}
