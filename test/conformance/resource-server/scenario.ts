/** What the official suite has no scenarios for: an MCP server as an OAuth resource server. In the suite's form. */

import type { Wire } from '../../e2e/support/requests';
import type { Forger } from '../../e2e/support/tokens';
import type { DescribedStack } from '../../support/stack';
import type { Transport } from '../target';

export interface Scenario {
  readonly id: string;
  readonly description: string;
  readonly reference: Reference;
  /** Asks the same thing however the server runs, so it is asked once. */
  readonly only?: Transport;
  /** What is wrong, in words; undefined: nothing is. */
  run(subject: Subject): Promise<string | undefined>;
}

export interface Reference {
  readonly id: string;
  readonly url: string;
}

export interface Subject {
  readonly stack: DescribedStack;
  readonly forger: Forger;
  /** Sends one request to the MCP URL. */
  send(sent: Sent): Promise<Answer>;
}

export interface Sent {
  /** The whole `Authorization` header. */
  readonly authorization?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default a list of tools, as MCP 2026-07-28 asks for it: what belongs to no session */
  readonly wire?: Wire;
}

export interface Answer {
  readonly status: number;
  /** `WWW-Authenticate`, empty where there is none. */
  readonly challenge: string;
  readonly text: string;
}

const authorization = 'https://modelcontextprotocol.io/specification/2025-11-25/basic/authorization';

export const REFERENCES = {
  tokenRequirements: { id: 'MCP-Access-Token-Requirements', url: `${authorization}#token-requirements` },
  tokenHandling: { id: 'MCP-Token-Handling', url: `${authorization}#token-handling` },
  challenge: { id: 'RFC-9728-5.1', url: 'https://www.rfc-editor.org/rfc/rfc9728.html#section-5.1' },
  metadata: { id: 'RFC-9728-3.1', url: 'https://www.rfc-editor.org/rfc/rfc9728.html#section-3.1' },
  metadataCheck: { id: 'RFC-9728-3.3', url: 'https://www.rfc-editor.org/rfc/rfc9728.html#section-3.3' },
  serverMetadata: { id: 'RFC-8414-3.3', url: 'https://www.rfc-editor.org/rfc/rfc8414.html#section-3.3' },
  pkce: { id: 'MCP-Authorization-Code-Protection', url: `${authorization}#authorization-code-protection` },
  insufficientScope: {
    id: 'MCP-Runtime-Insufficient-Scope',
    url: `${authorization}#runtime-insufficient-scope-errors`,
  },
  bearer: { id: 'RFC-6750-3.1', url: 'https://www.rfc-editor.org/rfc/rfc6750.html#section-3.1' },
  accessTokens: { id: 'RFC-9068-4', url: 'https://www.rfc-editor.org/rfc/rfc9068.html#section-4' },
  signatures: { id: 'RFC-8725-3.1', url: 'https://www.rfc-editor.org/rfc/rfc8725.html#section-3.1' },
  sessions: {
    id: 'MCP-Session-Hijacking',
    url: 'https://modelcontextprotocol.io/specification/2025-11-25/basic/security_best_practices#session-hijacking',
  },
} satisfies Record<string, Reference>;

export const bearer = (token: string): Sent => ({ authorization: `Bearer ${token}` });

/** The value of a parameter of a Bearer challenge. */
export function parameterOf({ challenge }: Answer, name: string): string | undefined {
  return new RegExp(`[ ,]${name}="([^"]*)"`).exec(challenge)?.[1];
}

export function expectStatus(answer: Answer, ...statuses: readonly number[]): string | undefined {
  if (statuses.includes(answer.status)) return undefined;
  return `expected ${statuses.join(' or ')}, got ${answer.status}: ${answer.text.slice(0, 200)}`;
}

/** 401, and a challenge of the scheme that tokens are to be sent by (RFC 9110 §15.5.2). */
export function expectUnauthorized(answer: Answer): string | undefined {
  const wrong = expectStatus(answer, 401);
  if (wrong !== undefined) return wrong;
  return /^Bearer\b/i.test(answer.challenge) ? undefined : `no Bearer challenge: '${answer.challenge}'`;
}
