/** What a server must know of a session to go on with it on another instance: what the client told it so far. */
import { isRecord, type Message } from '../message';

export interface SessionState {
  /** Parameters of the client's `initialize`: its name, its capabilities, the revision it asked for. */
  readonly initialize: Readonly<Record<string, unknown>>;
  readonly logLevel?: string;
  /** URIs of `resources/subscribe`. */
  readonly subscriptions: readonly string[];
}

/** The state that a session begins with; undefined: this is no `initialize`. */
export function firstState({ params }: Message): SessionState | undefined {
  const { protocolVersion, capabilities, clientInfo } = params;
  if (typeof protocolVersion !== 'string' || !isRecord(capabilities) || !isRecord(clientInfo)) return undefined;
  return { initialize: { protocolVersion, capabilities, clientInfo }, subscriptions: [] };
}

/** The state after these messages: the same object where they change nothing. */
export function stateAfter(state: SessionState, messages: readonly Message[]): SessionState {
  return messages.reduce(after, state);
}

function after(state: SessionState, { kind, method, params }: Message): SessionState {
  if (kind !== 'request') return state;
  const { subscriptions } = state;
  const { level, uri } = params;
  if (method === 'logging/setLevel' && typeof level === 'string' && level !== state.logLevel) {
    return { ...state, logLevel: level };
  }
  if (typeof uri !== 'string') return state;
  if (method === 'resources/subscribe' && !subscriptions.includes(uri)) {
    return { ...state, subscriptions: [...subscriptions, uri] };
  }
  if (method === 'resources/unsubscribe' && subscriptions.includes(uri)) {
    return { ...state, subscriptions: subscriptions.filter((subscribed) => subscribed !== uri) };
  }
  return state;
}
