/**
 * The SDK's transport for one session on one instance. What it adds: requests that the server pushes have ids of this
 * instance alone, so that an answer that reaches another one is not taken for the answer to a question of its own; and
 * a push that nothing could carry fails at once instead of waiting for its timeout. A push belongs to the stream of the
 * call that makes it, which is on this instance, whether or not the tool's author said so.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomInt } from 'node:crypto';
import {
  type JSONRPCMessage,
  type JSONRPCNotification,
  type JSONRPCRequest,
  type MessageExtraInfo,
  type TransportSendOptions,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';

/** Notifications that wait for the client to open its stream again; older ones are dropped. */
const MAX_WAITING = 100;
/** How long a push waits for that stream: clients open theirs a moment after they began. */
const STREAM_MS = 5_000;
const IDS = 2 ** 32;

/** The client's request that is being worked on. */
const working = new AsyncLocalStorage<string | number>();

export interface SessionTransportOptions {
  readonly id: string;
  readonly streams: boolean;
  /** Requests of the client that have no answer yet, by id. */
  readonly open: Map<unknown, unknown>;
}

export class SessionTransport extends WebStandardStreamableHTTPServerTransport {
  private readonly firstId = randomInt(1, 2 ** 20) * IDS;
  private readonly waiting: JSONRPCMessage[] = [];
  private readonly opened = new Set<() => void>();
  private streaming = false;

  constructor(private readonly options: SessionTransportOptions) {
    super({ sessionIdGenerator: () => options.id });
  }

  /** To be called when a server is connected: it hears of answers to its own questions alone. */
  separate(): void {
    const deliver = this.onmessage;
    this.onmessage = (message: JSONRPCMessage, extra?: MessageExtraInfo) => {
      const own = this.inward(message);
      if (own === undefined) return;
      const id = 'method' in own && 'id' in own ? own.id : undefined;
      if (id === undefined) deliver?.(own, extra);
      else working.run(id, () => deliver?.(own, extra));
    };
  }

  /** The client's own stream (GET) was opened. */
  async streamOpened(): Promise<void> {
    this.streaming = true;
    for (const resume of this.opened) resume();
    for (const message of this.waiting.splice(0)) await super.send(message);
  }

  streamClosed(): void {
    this.streaming = false;
    this.closeStandaloneSSEStream();
  }

  override async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!('method' in message)) {
      await super.send(message, options);
      this.options.open.delete(message.id);
      return;
    }
    const isPush = 'id' in message;
    if (isPush && !this.options.streams) throw new Error('the client cannot be asked: this transport does not stream');
    const relatedRequestId = options?.relatedRequestId ?? (isPush ? this.call() : undefined);
    if (relatedRequestId === undefined && !this.streaming) {
      if (!isPush) return this.wait(message);
      await this.stream();
    }
    await super.send(this.outward(message), { ...options, relatedRequestId });
  }

  /** The call in which this is done, while it waits for its answer. */
  private call(): string | number | undefined {
    const id = working.getStore();
    return id !== undefined && this.options.open.has(id) ? id : undefined;
  }

  private wait(message: JSONRPCNotification): void {
    if (!this.options.streams) return;
    if (this.waiting.length >= MAX_WAITING) this.waiting.shift();
    this.waiting.push(this.outward(message));
  }

  private stream(): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.opened.delete(done);
        resolve();
      };
      const timer = setTimeout(() => {
        this.opened.delete(done);
        reject(new Error('the client cannot be asked: it has no stream open'));
      }, STREAM_MS);
      timer.unref();
      this.opened.add(done);
    });
  }

  private outward(message: JSONRPCRequest | JSONRPCNotification): JSONRPCMessage {
    const { params } = message;
    if ('id' in message) {
      const id = this.firstId + Number(message.id);
      const meta = params?._meta;
      const followed = meta !== undefined && meta.progressToken === message.id;
      return { ...message, id, ...(followed && { params: { ...params, _meta: { ...meta, progressToken: id } } }) };
    }
    if (message.method !== 'notifications/cancelled') return message;
    return { ...message, params: { ...params, requestId: this.firstId + Number(params?.requestId) } };
  }

  /** Undefined: it answers, or follows, a question of another instance. */
  private inward(message: JSONRPCMessage): JSONRPCMessage | undefined {
    if (!('method' in message)) {
      const id = this.own(message.id);
      return id === undefined ? undefined : { ...message, id };
    }
    if (message.method !== 'notifications/progress') return message;
    const progressToken = this.own(message.params?.progressToken);
    return progressToken === undefined ? undefined : { ...message, params: { ...message.params, progressToken } };
  }

  private own(id: unknown): number | undefined {
    const own = Number(id) - this.firstId;
    return own >= 0 && own < IDS ? own : undefined;
  }
}
