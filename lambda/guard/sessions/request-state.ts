/**
 * State that a server keeps at its client between the rounds of one request (`requestState`, MCP 2026-07-28,
 * multi round-trip requests). The client gets it sealed: it cannot read it, change it, hand it to another, use it for
 * another call or later than it should, and any instance can open it.
 */
import { createHash } from 'node:crypto';
import { isRecord, type Message } from '../message';
import type { Principal } from '../principal';
import { headerNameOf } from '../target';
import { seal, unseal } from './sealed';

/** How long a person may take to answer what the server asks. */
const LIFETIME_MS = 10 * 60_000;

/** What a state belongs to. */
export interface StateOwner {
  readonly resource: string;
  readonly principal: Principal;
  readonly request: Message;
}

export function sealState(key: Uint8Array, owner: StateOwner, state: string, now: number): string {
  return seal(key, contextOf(owner), JSON.stringify([now + LIFETIME_MS, state])).toString('base64url');
}

/** Undefined: not sealed here, not for this principal and call, or too old. */
export function openState(key: Uint8Array, owner: StateOwner, sealed: string, now: number): string | undefined {
  const text = unseal(key, contextOf(owner), Buffer.from(sealed, 'base64url'));
  if (text === undefined) return undefined;
  const [expires, state] = JSON.parse(text) as [number, string];
  return expires > now ? state : undefined;
}

function contextOf({ resource, principal, request }: StateOwner): string {
  const { kind, id, client, context } = principal;
  const { method, params } = request;
  const parts = [
    resource,
    kind,
    id,
    client,
    method,
    headerNameOf(request) ?? '',
    canonical(params.arguments),
    canonical(context),
  ];
  return `requestState ${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
}

/** One text for one JSON value, however its properties are ordered: a client may write them anew. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}
