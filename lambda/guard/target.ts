/**
 * What a message addresses. Methods that the policy does not know are not passed on: a server may answer
 * methods of its own, and no rule could say who may call them.
 */
import { isRecord, type Message } from './message';
import type { TargetKind } from './refusal';

export interface Target {
  readonly kind: TargetKind;
  readonly name: string;
}

/** Any valid token may send these: they name nothing, and their lists are filtered on the way out. */
const OPEN: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'logging/setLevel',
]);

/** The targets of a request, or undefined for a method the guard does not know. */
export function targetsOf(message: Message): readonly Target[] | undefined {
  const { method, params } = message;
  if (OPEN.has(method)) return [];
  switch (method) {
    case 'tools/call':
      return [target('tool', params.name)];
    case 'prompts/get':
      return [target('prompt', params.name)];
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return [target('resource', params.uri)];
    case 'completion/complete':
      return [reference(params.ref)];
    case 'subscriptions/listen':
      return subscriptions(params.notifications);
    default:
      return undefined;
  }
}

/** The name that the `Mcp-Name` header carries for a message (MCP 2026-07-28, transports). */
export function headerNameOf(message: Message): string | undefined {
  switch (message.method) {
    case 'tools/call':
    case 'prompts/get':
      return text(message.params.name);
    case 'resources/read':
      return text(message.params.uri);
    default:
      return undefined;
  }
}

function reference(ref: unknown): Target {
  const given = isRecord(ref) ? ref : {};
  return given.type === 'ref/prompt' ? target('prompt', given.name) : target('resource', given.uri);
}

function subscriptions(filter: unknown): readonly Target[] {
  const uris = isRecord(filter) ? filter.resourceSubscriptions : undefined;
  return Array.isArray(uris) ? uris.map((uri) => target('resource', uri)) : [];
}

/** A name that is no string is the empty name, which no rule can name. */
function target(kind: TargetKind, name: unknown): Target {
  return { kind, name: text(name) ?? '' };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
