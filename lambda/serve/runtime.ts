/**
 * What a server author imports as `cdk-mcp/runtime`. Its types are all in this file, so that one declaration
 * file is the whole surface.
 */
import type { McpServer, ServerContext } from '@modelcontextprotocol/server';
import { tokenFor } from '../guard/downstream/derived-tokens';
import { TokenUnavailable as Unavailable } from '../guard/downstream/token-unavailable';
import { PUBLIC_ERROR } from '../guard/errors';
import { currentTrace as traceHere } from '../guard/tracing/call-trace';
import { runInContainer } from './container';
import { type Guarded, isGuarded } from './guarded';
import { lambdaHandler as handlerOf } from './lambda';
import { streamingHandler } from './lambda-streaming';
import { listen as listenOn } from './node';
import { principalOf as principalFrom } from './principal';
import { guarded } from './serve';

/** Who is calling: what the access token proved, without the token. */
export interface Principal {
  /** A signed-in user, or a machine client (client_credentials). */
  readonly kind: 'user' | 'machine';
  /** Stable identifier: the token's `sub`. Of a machine it is the client id. */
  readonly id: string;
  /** Groups of the user pool; always empty for a machine. */
  readonly groups: readonly string[];
  /** Scopes of this server the caller holds, by the names they were declared with. */
  readonly scopes: readonly string[];
  /** The OAuth client the token was issued to. */
  readonly client: string;
  /** The claims of the verified token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** What `contextHeaders` of this request address, by the header's name in lower case; checked against the claims. */
  readonly context: Readonly<Record<string, string>>;
  /**
   * A token of its own for a service that `downstream` declares, in the caller's name. Rejects with
   * `TokenUnavailable` where there is none to be had: for a machine client, for a caller without the service's scopes,
   * or when the identity provider gives none.
   */
  tokenFor(audience: string): Promise<DerivedToken>;
}

/** A token for one service behind this server. Call no other with it, and do not keep it. */
export interface DerivedToken {
  readonly accessToken: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** There is no token to call a service in the caller's name: use the server's own credentials, or do not call it. */
export interface TokenUnavailable extends Error {
  readonly audience: string;
  /** Whether the same call may succeed in a moment. */
  readonly retryable: boolean;
}

/** For `instanceof`. */
export const TokenUnavailable: abstract new (...args: never[]) => TokenUnavailable = Unavailable;

/** A server behind the guard: the default export of the module that `McpHosting.nodejs({ entry })` names. */
export interface GuardedServer {
  /**
   * Listens on a port with `node:http`, streaming. Configuration comes from the environment that the
   * constructs set. Rejects when the port cannot be had or a variable is missing or wrong.
   */
  listen(options?: ListenOptions): Promise<{ close(callback?: () => void): unknown; address(): unknown }>;
}

export interface ListenOptions {
  /** @default 8080 */
  readonly port?: number;
  /** Address to bind. @default '127.0.0.1' */
  readonly host?: string;
  /** Milliseconds until a call is answered with an error. @default 60000 */
  readonly timeoutMs?: number;
}

/** A tool's answer that says what went wrong in words meant for the client. */
export interface ToolError {
  [key: string]: unknown;
  isError: true;
  content: { type: 'text'; text: string }[];
}

/**
 * Puts an MCP server behind the guard.
 *
 * `factory` builds a server of the official SDK with its tools, prompts and resources. It is called when a
 * server is needed, not for every request, and knows no caller: servers are reused between callers, so keep
 * nothing of a call in them and ask `principalOf(ctx)` inside the tool.
 */
export function serve(factory: () => McpServer | Promise<McpServer>): GuardedServer {
  const server: Guarded & GuardedServer = {
    ...guarded(factory),
    listen: (options) => listenOn(server, options),
  };
  return server;
}

/**
 * The Lambda handler of a guarded server, for a bundle of your own (`McpHosting.lambdaCode`). With
 * `McpHosting.nodejs` the constructs write this line.
 *
 * @throws when `server` was not made by `serve()`, or a variable the constructs set is missing or wrong.
 */
export function lambdaHandler(server: GuardedServer): (event: never, context: never) => Promise<object> {
  return handlerOf(server);
}

/**
 * Runs a guarded server in a container, on all addresses: `MCP_PORT` (8080), streaming where `MCP_STREAMS` is `true`,
 * `GET /health`, and on SIGTERM an end within `MCP_DRAIN_SECONDS` (30) that finishes running calls. With
 * `McpHosting.fargateNodejs` the constructs write this line. With the argument `health`, the process asks the one that
 * runs here how it is and exits 0 or 1.
 *
 * @throws when `server` was not made by `serve()`, or a variable the constructs set is missing or wrong.
 */
export async function listenInContainer(server: GuardedServer): Promise<void> {
  if (!isGuarded(server)) {
    throw new Error("the server's default export was not made by serve(), and nothing runs unguarded");
  }
  await runInContainer(server);
}

/**
 * The same behind `McpEndpoint.restApi`, which takes answers as they are written: the handler of a bundle of your own.
 *
 * @throws when `server` was not made by `serve()`, outside AWS Lambda, or a variable the constructs set is missing or
 * wrong.
 */
export function streamingLambdaHandler(
  server: GuardedServer,
): (event: never, stream: never, context: never) => void | Promise<void> {
  return streamingHandler(server);
}

/**
 * The caller of a tool, prompt or resource, from the context its handler receives.
 *
 * @throws outside a request that came through `serve()`.
 */
export function principalOf(ctx: ServerContext): Principal {
  const principal = principalFrom(ctx);
  const known = principals.get(principal);
  if (known !== undefined) return known;
  // Frozen, as what it is made of: it is the same object for whoever asks again.
  const caller = Object.freeze({ ...principal, tokenFor: (audience: string) => tokenFor(principal, audience) });
  principals.set(principal, caller);
  return caller;
}

const principals = new WeakMap<object, Principal>();

/**
 * A tool result that reports an error the client is meant to read. Everything else that fails (a thrown error,
 * a result with `isError` that was not made here) reaches the client as an error id alone.
 */
export function toolError(text: string): ToolError {
  return { isError: true, content: [{ type: 'text', text }], _meta: { [PUBLIC_ERROR]: true } };
}

/** Where a call stands among traces, as W3C Trace Context writes it (https://www.w3.org/TR/trace-context/). */
export interface Trace {
  /** The trace's id as X-Ray and the audit log write it. */
  readonly id: string;
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * The trace of the call that is being answered, for logs of one's own, for a message to a queue, or as the parent of
 * spans of one's own: an OpenTelemetry propagator takes it as a carrier. Requests over HTTP carry it already.
 * `undefined` outside a call, and where calls are not traced.
 */
export function currentTrace(): Trace | undefined {
  return traceHere();
}
