import type { RestAuthorizerSpec } from '../../deployment/rest-authorizers';
import type { Invokable } from '../../functions/invocation';
import { withTimeout } from '../integration';
import { headerValues } from '../request';
import { type AuthorizerAnswer, evaluatePolicy, readAnswer } from './policy';
import { parse } from './response';

/** Longer than this API Gateway does not wait for an authorizer. */
const PATIENCE_MS = 10_000;

export type Authorized =
  | { readonly kind: 'allowed'; readonly answer: AuthorizerAnswer; readonly latencyMs: number }
  | { readonly kind: 'denied'; readonly explicit: boolean; readonly answer: AuthorizerAnswer }
  | { readonly kind: 'unauthorized'; readonly reason?: string }
  | { readonly kind: 'failed' | 'misconfigured'; readonly reason: string };

/** A Lambda authorizer with its cache: what it said counts for the same identity sources until its time is over. */
export class LambdaAuthorizer {
  private readonly kept = new Map<string, { readonly answer: AuthorizerAnswer; readonly until: number }>();

  /** @param target undefined when nothing lets API Gateway call it */
  constructor(
    private readonly spec: RestAuthorizerSpec,
    private readonly target: Invokable | undefined,
  ) {}

  async authorize(
    request: { readonly rawHeaders: readonly string[]; readonly traceId: string; readonly receivedAt: number },
    methodArn: string,
    event: () => unknown,
  ): Promise<Authorized> {
    const identity = this.spec.headers.map((header) => headerValues(request.rawHeaders, header)[0]);
    // The function is not even asked when one of them is missing or empty.
    if (!identity.every(Boolean)) return { kind: 'unauthorized', reason: 'an identity source is missing' };
    const key = JSON.stringify(identity);
    const kept = this.kept.get(key);
    if (kept && kept.until > request.receivedAt) return decided(kept.answer, methodArn, 0);
    const begun = Date.now();
    const answered = await this.ask(JSON.stringify(event()), request.traceId);
    if ('kind' in answered) return answered;
    if (this.spec.ttlMs > 0) this.kept.set(key, { answer: answered, until: request.receivedAt + this.spec.ttlMs });
    return decided(answered, methodArn, Date.now() - begun);
  }

  /** Only answers are kept, no failures. */
  private async ask(event: string, traceId: string): Promise<AuthorizerAnswer | Authorized> {
    if (!this.target) return { kind: 'misconfigured', reason: 'no permission lets API Gateway invoke the authorizer' };
    const result = await withTimeout(this.target.invoke(event, traceId), PATIENCE_MS);
    switch (result?.kind) {
      case undefined:
        return { kind: 'misconfigured', reason: 'the authorizer timed out' };
      case 'throttled':
        return { kind: 'misconfigured', reason: 'the authorizer is throttled' };
      case 'error':
        return result.errorMessage === 'Unauthorized'
          ? { kind: 'unauthorized' }
          : { kind: 'failed', reason: `the authorizer failed: ${result.errorType}` };
      case 'response':
        return (
          readAnswer(parse(result.payload)) ?? { kind: 'misconfigured', reason: "the authorizer's answer is malformed" }
        );
    }
  }
}

function decided(answer: AuthorizerAnswer, methodArn: string, latencyMs: number): Authorized {
  const decision = evaluatePolicy(answer.statements, methodArn);
  if (decision === 'allow') return { kind: 'allowed', answer, latencyMs };
  return { kind: 'denied', explicit: decision === 'explicit deny', answer };
}
