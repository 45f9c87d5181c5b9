/**
 * The span of one message, named and described as OpenTelemetry's conventions for MCP have it
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/mcp/). No argument, no result, no token, no query, no address of
 * a person; of what a caller wrote only what policy or protocol knows, so that nobody writes into a trace what he likes.
 */
import { isRecord, type Message } from '../../message';
import { targetsOf } from '../../target';
import type { Attributes } from '../span';
import type { Answered, EndedCall, Ending } from './recorder';

const ENVELOPE_VERSION = 'io.modelcontextprotocol/protocolVersion';
const VERSION = /^\d{4}-\d{2}-\d{2}$/;
const PLAIN_ID = /^\d{1,10}$/;
const NOTIFICATIONS: ReadonlySet<string> = new Set(
  ['initialized', 'cancelled', 'progress', 'roots/list_changed'].map((name) => `notifications/${name}`),
);
const HTTP_METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'PATCH']);
const MAX_NAME = 128;

export function describe({ span, message, target, ending }: Answered, call: EndedCall, host: string): void {
  const method = message && methodOf(message);
  const named = ending.reason === undefined && method !== undefined ? target : undefined;
  const name = named?.kind === 'tool' || named?.kind === 'prompt' ? named.name.slice(0, MAX_NAME) : undefined;
  const http = HTTP_METHODS.has(call.method) ? call.method : '_OTHER';
  const error = errorOf(message, ending);
  span.name = method === undefined ? `${http} /mcp` : name === undefined ? method : `${method} ${name}`;
  span.failed = error !== undefined;
  span.attributes = {
    'mcp.method.name': method,
    'mcp.protocol.version': versionOf(message, call.headers),
    'jsonrpc.request.id': idOf(message),
    'gen_ai.operation.name': named?.kind === 'tool' ? 'execute_tool' : undefined,
    'gen_ai.tool.name': named?.kind === 'tool' ? name : undefined,
    'gen_ai.prompt.name': named?.kind === 'prompt' ? name : undefined,
    'error.type': error,
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
    'http.request.method': http,
    'http.response.status_code': ending.status,
    'server.address': host,
    'cdk_mcp.client': ending.principal?.client,
    'cdk_mcp.principal.kind': ending.principal?.kind,
  } satisfies Attributes;
}

function methodOf(message: Message): string | undefined {
  if (message.kind === 'response') return undefined;
  // GET and DELETE of a session carry no message, and stand in the records as if they were one.
  if (HTTP_METHODS.has(message.method)) return undefined;
  const known = message.kind === 'notification' ? NOTIFICATIONS.has(message.method) : targetsOf(message) !== undefined;
  return known ? message.method : '_OTHER';
}

function errorOf(message: Message | undefined, { reason, outcome, status }: Ending): string | undefined {
  if (reason !== undefined) return reason;
  if (outcome === 'aborted') return 'cancelled';
  if (outcome !== 'error' && outcome !== 'declined') return undefined;
  if (status >= 500) return String(status);
  return message?.method === 'tools/call' ? 'tool_error' : '_OTHER';
}

function versionOf(message: Message | undefined, headers: Headers): string | undefined {
  const meta = message?.params._meta;
  const inBody = isRecord(meta) ? meta[ENVELOPE_VERSION] : undefined;
  const asked = message?.method === 'initialize' ? message.params.protocolVersion : undefined;
  const version = inBody ?? asked ?? headers.get('mcp-protocol-version');
  return typeof version === 'string' && VERSION.test(version) ? version : undefined;
}

/** Ids are the caller's to choose; one that could say something, a card's number included, is left out. */
function idOf(message: Message | undefined): string | undefined {
  const id = message?.kind === 'request' ? String(message.id) : '';
  return PLAIN_ID.test(id) ? id : undefined;
}
