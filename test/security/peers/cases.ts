/** The cases that peers document, or are known for: what is sent, and when it held. */
import { createHmac, createPublicKey } from 'node:crypto';
import { type Keys, makeKeys, modern, RESOURCE, read, sign, toolCall, userClaims } from '../../support/guard';

export interface Sent {
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
}

export interface Case {
  readonly name: string;
  /** What it needs of a peer to mean anything. */
  readonly needs?: 'modern' | 'tokens';
  readonly send: (keys: Keys) => Promise<Sent>;
  readonly held: (answered: Answered, called: readonly string[]) => boolean;
}

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const honest = (keys: Keys) => sign(keys, userClaims());

async function call(
  token: string | Promise<string>,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Sent> {
  return {
    headers: {
      host: new URL(RESOURCE).host,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${await token}`,
      ...headers,
    },
    body: JSON.stringify(body),
  };
}

const unreached = (_answered: Answered, called: readonly string[]) => called.length === 0;

const withToken = (name: string, token: (keys: Keys) => string | Promise<string>): Case => ({
  name,
  needs: 'tokens',
  send: (keys) => call(token(keys), toolCall('list_notes')),
  held: (answered, called) => answered.status === 401 && unreached(answered, called),
});

export const HONEST: Case = {
  name: 'an honest call',
  send: (keys) => call(honest(keys), toolCall('list_notes')),
  held: ({ status }, called) => status === 200 && called.join() === 'list_notes',
};

export const CASES: readonly Case[] = [
  {
    name: 'a password in a thrown error',
    send: (keys) => call(honest(keys), toolCall('read_broken')),
    held: ({ text }) => !text.includes('hunter2'),
  },
  {
    name: 'a spoofed Host',
    send: (keys) => call(honest(keys), toolCall('list_notes'), { host: 'evil.example' }),
    held: unreached,
  },
  {
    name: 'a spoofed Origin',
    send: (keys) => call(honest(keys), toolCall('list_notes'), { origin: 'https://evil.example' }),
    held: unreached,
  },
  {
    name: 'a batch of 5,000 calls',
    send: (keys) =>
      call(
        honest(keys),
        Array.from({ length: 5_000 }, (_, id) => toolCall('list_notes', {}, id)),
      ),
    held: unreached,
  },
  {
    name: 'Mcp-Name over another call, 2026-07-28',
    needs: 'modern',
    send: (keys) => {
      const { headers, body } = modern('tools/call', { name: 'read_note', arguments: {} });
      return call(honest(keys), body, { ...headers, 'mcp-name': 'list_notes' } as Record<string, string>);
    },
    held: unreached,
  },
  {
    name: 'Mcp-Name over another call, 2025-11-25',
    send: (keys) => call(honest(keys), toolCall('read_note'), { 'mcp-name': 'list_notes' }),
    held: unreached,
  },
  withToken('no token', () => 'none'),
  withToken('alg none', () => `${encoded({ alg: 'none' })}.${encoded(userClaims())}.`),
  withToken('HS256 with the public key', ({ jwks }) => {
    const key = createPublicKey({ key: jwks.keys[0] as never, format: 'jwk' });
    const input = `${encoded({ alg: 'HS256', kid: 'key-1' })}.${encoded(userClaims())}`;
    const pem = key.export({ format: 'pem', type: 'spki' });
    return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
  }),
  withToken("another issuer's key", async () => sign(await makeKeys(), userClaims())),
  withToken('an expired token', (keys) => sign(keys, userClaims({ exp: 1 }))),
  withToken('an ID token', (keys) =>
    sign(keys, userClaims({ token_use: 'id', aud: 'user-client', client_id: undefined, scope: undefined })),
  ),
  withToken('a token of another audience', (keys) => sign(keys, userClaims({ aud: 'https://other.example/mcp' }))),
  {
    name: 'tool code that looks for the token',
    send: (keys) => call(honest(keys), toolCall('read_token')),
    held: ({ text }, called) => called.length === 1 && !text.includes('TOKEN FOUND'),
  },
];

export const SCOPE = read;
