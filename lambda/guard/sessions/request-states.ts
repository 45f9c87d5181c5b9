/** `requestState` on its way through the guard: sealed when it leaves, opened when it comes back. */
import type { Admitted } from '../admission';
import { type Body, isRecord, type Message } from '../message';
import type { Principal } from '../principal';
import { ok, type Result, refuse } from '../result';
import { openState, sealState } from './request-state';
import type { SealKey } from './seal-key';

export interface RequestStates {
  /** Whether a message brings a state along. */
  carried(body: Body): boolean;
  /** The body with every state opened. */
  open(admitted: Admitted): Promise<Result<Admitted>>;
  /** Has the key at hand before an answer is judged, where its text may hold a state; never rejects. */
  ready(text: string): Promise<void> | undefined;
  /** A result with its state sealed; undefined: the key cannot be had, and it must not leave. */
  seal(result: Record<string, unknown>, request: Message, principal: Principal): Record<string, unknown> | undefined;
}

export function createRequestStates(resource: string, key: SealKey, clock: () => number): RequestStates {
  async function opened(message: unknown, request: Message, principal: Principal): Promise<Result<unknown>> {
    if (!('requestState' in request.params) || !isRecord(message)) return ok(message);
    const { requestState } = request.params;
    let state: string | undefined;
    try {
      if (typeof requestState === 'string') {
        state = openState(await key.load(), { resource, principal, request }, requestState, clock());
      }
    } catch {
      return refuse({ reason: 'sessions_unavailable' });
    }
    if (state === undefined) return refuse({ reason: 'request_state_invalid' });
    return ok({ ...message, params: { ...request.params, requestState: state } });
  }

  return {
    carried: ({ messages }) => messages.some(({ params }) => 'requestState' in params),
    async open(admitted) {
      const { body, principal } = admitted;
      const values: unknown[] = body.batch ? (body.parsed as unknown[]) : [body.parsed];
      const parsed: unknown[] = [];
      for (const [index, request] of body.messages.entries()) {
        const message = await opened(values[index], request, principal);
        if (!message.ok) return message;
        parsed.push(message.value);
      }
      return ok({ ...admitted, body: { ...body, parsed: body.batch ? parsed : parsed[0] } });
    },
    ready(text) {
      // A name that is hidden by an escape finds no key, and its state does not leave.
      const needed = key.value === undefined && text.includes('requestState');
      return needed ? key.load().then(nothing, nothing) : undefined;
    },
    seal(result, request, principal) {
      const { requestState: state, resultType } = result;
      if (typeof state !== 'string' || resultType !== 'input_required') return result;
      if (key.value === undefined) return undefined;
      return { ...result, requestState: sealState(key.value, { resource, principal, request }, state, clock()) };
    },
  };
}

function nothing(): void {}
