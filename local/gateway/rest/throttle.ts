import type { MethodThrottle } from '../../deployment/rest-apis';
import { take } from '../throttle';

type Bucket = NonNullable<ReturnType<typeof take>['bucket']>;

/** The token buckets of a stage: one per method, from the method's settings or the stage's default ones. */
export class MethodThrottles {
  private readonly buckets = new Map<string, Bucket>();

  constructor(private readonly settings: readonly MethodThrottle[]) {}

  /** Whether a request at this time passes; counts it when it does. */
  admit(method: string, path: string, nowMs: number): boolean {
    const key = `${method} ${path}`;
    const { admitted, bucket } = take(this.limitsOf(method, path), this.buckets.get(key), nowMs);
    if (bucket) this.buckets.set(key, bucket);
    return admitted;
  }

  private limitsOf(method: string, path: string) {
    const find = (m: string, p: string) => this.settings.find((one) => one.method === m && one.path === p);
    return find(method, path) ?? find('*', path) ?? find(method, '/*') ?? find('*', '/*') ?? {};
  }
}
