/**
 * The user's MCP server as one function, in both protocol eras. Messages that leave nothing behind on a server
 * instance are answered by pooled ones; all others (an `initialize` that leaves the client's name, a log
 * level, a batch, a notification) by one built for them alone, so that no caller finds traces of another.
 */
import {
  type AuthInfo,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createMcpHandler,
  type McpHandlerRequestOptions,
  type McpServerFactory,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/server';
import type { McpFetch } from '../guard/guard';
import { type Body, isRecord, type Message } from '../guard/message';
import type { Principal } from '../guard/principal';
import { type BuildServer, pooled } from './pool';
import { PLACEHOLDER_TOKEN, PRINCIPAL } from './principal';
import { sessionServer } from './session-server';
import { withoutPushes } from './without-pushes';

/** Requests that change nothing on the instance that answers them. */
const TRACELESS: ReadonlySet<string> = new Set([
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
]);

export interface McpServerOptions {
  /** Whether the transport streams, so that a server can ask the client of a session. */
  readonly streams?: boolean;
}

export function mcpServer(build: BuildServer, options: McpServerOptions): McpFetch {
  const stateless = withoutPushes(build);
  const failures = new WeakMap<Request, unknown>();
  const reused = createMcpHandler(remembering(pooled(stateless), failures));
  const fresh = createMcpHandler(remembering(stateless, failures));

  const inSession = sessionServer(build, options.streams === true);

  return async (request, { body, principal, session }) => {
    const authInfo = authInfoOf(principal);
    if (session !== undefined) return inSession(request, { session, body, principal, authInfo });
    const given: McpHandlerRequestOptions = { parsedBody: body.parsed, authInfo };
    const response = await (isTraceless(body) ? reused : fresh).fetch(request, given);
    if (failures.has(request)) throw failures.get(request);
    return response;
  };
}

/** The SDK answers for a factory that throws; the guard is to log what was thrown. */
function remembering(factory: McpServerFactory, failures: WeakMap<Request, unknown>): McpServerFactory {
  return async (context) => {
    try {
      return await factory(context);
    } catch (error) {
      if (context.requestInfo !== undefined) failures.set(context.requestInfo, error);
      throw error;
    }
  };
}

function isTraceless(body: Body): boolean {
  const [message] = body.messages;
  return !body.batch && message?.kind === 'request' && TRACELESS.has(message.method) && introduced(message);
}

/**
 * Whether a request of the modern era says which client sends it. What it says stays on the instance until the next
 * one says something else, so a request that says nothing must not be answered where another was.
 */
function introduced({ params }: Message): boolean {
  const meta = params._meta;
  if (!isRecord(meta) || meta[PROTOCOL_VERSION_META_KEY] === undefined) return true;
  return meta[CLIENT_INFO_META_KEY] !== undefined && meta[CLIENT_CAPABILITIES_META_KEY] !== undefined;
}

function authInfoOf(principal: Principal): AuthInfo {
  return {
    token: PLACEHOLDER_TOKEN,
    clientId: principal.client,
    scopes: [...principal.scopes],
    expiresAt: typeof principal.claims.exp === 'number' ? principal.claims.exp : undefined,
    extra: { [PRINCIPAL]: principal },
  };
}
