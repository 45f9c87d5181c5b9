import type { StageSpec } from '../../../local/deployment/apis';
import { Throttles } from '../../../local/gateway/throttle';

const stage: StageSpec = {
  logicalId: 'Stage',
  name: '$default',
  defaultThrottle: { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 3 },
  routeThrottles: {
    'POST /slow': { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
    'POST /off': { ThrottlingRateLimit: 0, ThrottlingBurstLimit: 0 },
  },
};

test('a burst passes, then the rate', () => {
  const throttles = new Throttles(stage);
  const at = (ms: number) => throttles.admit('GET /a', ms);
  expect([at(0), at(0), at(0), at(0)]).toEqual([true, true, true, false]);
  expect([at(100), at(100), at(150)]).toEqual([true, false, false]);
  expect([at(10_000), at(10_000), at(10_000), at(10_000)]).toEqual([true, true, true, false]);
});

test('a route has its own settings and its own bucket', () => {
  const throttles = new Throttles(stage);
  expect([throttles.admit('POST /slow', 0), throttles.admit('POST /slow', 0)]).toEqual([true, false]);
  expect(throttles.admit('GET /a', 0)).toBe(true);
  expect(throttles.admit('POST /off', 0)).toBe(false);
});

test('without settings there is no limit', () => {
  const throttles = new Throttles({ ...stage, defaultThrottle: undefined, routeThrottles: {} });
  expect(Array.from({ length: 1000 }, () => throttles.admit('GET /a', 0))).not.toContain(false);
});
