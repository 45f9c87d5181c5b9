/**
 * A streamed response on its way out, event by event. When the deadline passes, what is still unanswered gets
 * an error, so that a client is never left waiting; a subscription, which has no other end, gets its result. When the
 * client goes, the work behind it is cancelled.
 */

import { LISTEN, type Message } from '../message';
import { refusalBody, wireRefusal } from '../refusal';
import { Tail } from './adjacent';
import { moderatedEvent } from './moderated';
import { type Answer, type OutputFacts, outgoing } from './outputs';
import type { Redactions } from './redact';
import { count } from './spans';
import { EventSplitter, eventOf, mapEventData } from './sse';

export interface StreamEnd {
  readonly responseBytes: number;
  readonly answers: readonly Answer[];
  readonly redactions: Redactions;
  readonly aborted: boolean;
}

export interface StreamOptions {
  readonly facts: OutputFacts;
  /** Resolves when the deadline passes. */
  readonly deadline: Promise<'deadline'>;
  /** Milliseconds to the deadline from the first message on; undefined: it makes no difference. */
  readonly briefMs?: number;
  /** At the deadline: whether that is because the client does not want the answer any more. */
  readonly takenBack?: () => boolean;
  /** Ends the work behind the stream. */
  readonly cancel: () => void;
  readonly onEnd: (end: StreamEnd) => void;
}

export function guardStream(body: ReadableStream<Uint8Array>, options: StreamOptions): ReadableStream<Uint8Array> {
  const { briefMs, cancel, onEnd } = options;
  let { deadline } = options;
  let begun = false;
  const facts: OutputFacts = { ...options.facts, tail: new Tail() };
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const splitter = new EventSplitter();
  const answers: Answer[] = [];
  const redactions: Redactions = {};
  let responseBytes = 0;
  /** Of the answers, those that were sent. */
  let delivered = 0;
  let ended = false;

  function end(aborted: boolean): void {
    if (ended) return;
    ended = true;
    onEnd({ responseBytes, answers, redactions, aborted });
  }

  function guarded(data: string): string {
    if (briefMs !== undefined && !begun) {
      deadline = new Promise((resolve) => setTimeout(resolve, briefMs, 'deadline'));
    }
    begun = true;
    const out = outgoing(data, facts);
    answers.push(...out.answers);
    for (const [name, times] of Object.entries(out.redactions)) count(redactions, name, times);
    return out.text;
  }

  function send(controller: ReadableStreamDefaultController<Uint8Array>, text: string): void {
    const bytes = encoder.encode(text);
    responseBytes += bytes.length;
    controller.enqueue(bytes);
  }

  /** Reads until there is something to send: a chunk may hold no whole event. */
  async function advance(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      const step = await Promise.race([reader.read(), deadline]);
      if (step === 'deadline') return expire(controller);
      if (step.done) {
        controller.close();
        return end(false);
      }
      const events = splitter.push(decoder.decode(step.value, { stream: true }));
      let sent = false;
      for (const event of events) {
        const ready = facts.states?.ready(event);
        if (ready !== undefined) await ready;
        const clean = mapEventData(event, guarded);
        if (clean === '') continue;
        const judged = await Promise.race([moderatedEvent(clean, facts, { answers, redactions }), deadline]);
        if (judged === 'deadline') return expire(controller);
        if (judged !== '') {
          send(controller, judged);
          sent = true;
        }
        delivered = answers.length;
      }
      if (splitter.pendingLength > facts.maxBytes) return expire(controller);
      if (sent) return;
    }
  }

  /** Answers what is still open with an error and ends the work. */
  function expire(
    controller: ReadableStreamDefaultController<Uint8Array>,
    reason: 'deadline' | 'server_failed' = 'deadline',
    fault: unknown = reason,
  ): void {
    answers.length = delivered;
    const open = reason === 'deadline' && options.takenBack?.() ? [] : unanswered(facts.requests, answers);
    for (const request of open) {
      if (reason === 'deadline' && request.method === LISTEN) {
        send(controller, eventOf(subscriptionEnd(request.id)));
        answers.push({ id: request.id, failed: false });
        continue;
      }
      send(controller, eventOf(errorFor(request, reason, facts.errorId)));
      answers.push({ id: request.id, failed: true, fault });
    }
    cancel();
    controller.close();
    end(true);
  }

  return new ReadableStream<Uint8Array>({
    pull: (controller) => advance(controller).catch((fault) => expire(controller, 'server_failed', fault)),
    async cancel() {
      cancel();
      end(true);
      await reader.cancel().catch(() => {});
    },
  });
}

function unanswered(requests: ReadonlyMap<unknown, Message>, answers: readonly Answer[]): Message[] {
  return [...requests.values()].filter(({ id }) => !answers.some((answer) => answer.id === id));
}

/**
 * The result of a subscription that its server ends in good order
 * (https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions).
 */
function subscriptionEnd(id: Message['id']): string {
  const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
  return JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'complete', _meta } });
}

function errorFor(request: Message, reason: 'deadline' | 'server_failed', errorId: string): string {
  return refusalBody(wireRefusal({ reason }, { resourceMetadata: '' }), request.id, errorId);
}
