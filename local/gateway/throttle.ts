import type { StageSpec, Throttle } from '../deployment/apis';

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** The token buckets of a stage: one per route, from the route's settings or the stage's default ones. */
export class Throttles {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly stage: StageSpec) {}

  /** Whether a request at this time passes; counts it when it does. */
  admit(routeKey: string, nowMs: number): boolean {
    const limits = { ...this.stage.defaultThrottle, ...this.stage.routeThrottles[routeKey] };
    const { admitted, bucket } = take(limits, this.buckets.get(routeKey), nowMs);
    if (bucket) this.buckets.set(routeKey, bucket);
    return admitted;
  }
}

/** One token, if there is one: the bucket holds `burst` and gets `rate` a second. Without a rate there is no limit. */
export function take(
  limits: Throttle,
  bucket: Bucket | undefined,
  nowMs: number,
): { admitted: boolean; bucket?: Bucket } {
  if (limits.ThrottlingRateLimit === undefined) return { admitted: true };
  const rate = Number(limits.ThrottlingRateLimit);
  const burst = Number(limits.ThrottlingBurstLimit ?? rate);
  const refilled = bucket ? Math.min(burst, bucket.tokens + ((nowMs - bucket.at) / 1000) * rate) : burst;
  const admitted = refilled >= 1;
  return { admitted, bucket: { tokens: admitted ? refilled - 1 : refilled, at: nowMs } };
}
