/**
 * How a server behind the guard that is another process fails, where the caller is to be told more than that it did.
 * They are known by a private member and not by `instanceof`: what a tool throws may be a proxy that answers to it.
 */
import type { Refusal } from './refusal';

/** The server was never given the request: nothing of it was done, and it is refused. */
export class NotServed extends Error {
  readonly #refusal: Refusal;

  constructor(refusal: Refusal, options?: ErrorOptions) {
    super(`not served: ${refusal.reason}`, options);
    this.#refusal = refusal;
  }

  /** Undefined: the fault is another. */
  static refusalOf(fault: unknown): Refusal | undefined {
    return typeof fault === 'object' && fault !== null && #refusal in fault ? fault.#refusal : undefined;
  }
}

/** The server was given the request, and what it made of it will never be known; or is too much to know. */
export class AnswerLost extends Error {
  readonly #reason: 'answer_lost' | 'result_too_large';

  constructor(reason: 'answer_lost' | 'result_too_large', options?: ErrorOptions) {
    super(reason, options);
    this.#reason = reason;
  }

  static reasonOf(fault: unknown) {
    return typeof fault === 'object' && fault !== null && #reason in fault ? fault.#reason : undefined;
  }
}
