import { Duration, Lazy } from 'aws-cdk-lib';
import { compilePolicy, type PolicyInput, policyProblems } from '../../../lib/private/policy';
import { RateLimit } from '../../../lib/rate-limit';

const base: PolicyInput = { scopes: { use: 'Use it' }, access: [{ tools: ['*'], scopes: ['use'] }] };
const problems = (rateLimits: RateLimit[]) => policyProblems({ ...base, rateLimits });

test('a rate limit becomes a rule of the policy, a minute long and not exact where nothing is said', () => {
  const rateLimits = [
    RateLimit.perPrincipal({ calls: 300 }),
    RateLimit.perTool({ calls: 5, window: Duration.hours(1), tools: ['delete_*'], exact: true }),
  ];
  expect(problems(rateLimits)).toEqual([]);
  expect(compilePolicy({ ...base, rateLimits }).rateLimits).toEqual([
    { calls: 300, seconds: 60, exact: false },
    { calls: 5, seconds: 3600, tools: ['delete_*'], eachTool: true, exact: true },
  ]);
  expect(compilePolicy(base).rateLimits).toBeUndefined();
});

test.each<[string, RateLimit[], RegExp]>([
  ['no limit', [], /^`rateLimits` is empty, so nothing would bound a caller: name a limit, or leave it out/],
  ['no calls', [RateLimit.perPrincipal({ calls: 0 })], /`calls` of rateLimits\[0\] is 0: write a whole number from 1/],
  ['half a call', [RateLimit.perPrincipal({ calls: 1.5 })], /is 1.5: write a whole number/],
  ['endless calls', [RateLimit.perPrincipal({ calls: Number.POSITIVE_INFINITY })], /is Infinity: write a whole number/],
  [
    'no window',
    [RateLimit.perTool({ calls: 1, window: Duration.seconds(0) })],
    /`window` .* is 0 seconds: write whole/,
  ],
  ['half a second', [RateLimit.perTool({ calls: 1, window: Duration.millis(1500) })], /is 1.5 seconds: write whole/],
  ['two days', [RateLimit.perTool({ calls: 1, window: Duration.days(2) })], /is 172800 seconds: .* from one to a day/],
  ['no tool', [RateLimit.perTool({ calls: 1, tools: [] })], /`tools` of rateLimits\[0\] is empty: name a tool/],
  ['a star inside', [RateLimit.perTool({ calls: 1, tools: ['a*b'] })], /'a\*b' in `tools` has '\*' before its end/],
  ['a tool twice', [RateLimit.perTool({ calls: 1, tools: ['a', 'a'] })], /'a' stands twice in rateLimits\[0\]/],
  [
    'a limit twice',
    [RateLimit.perPrincipal({ calls: 1 }), RateLimit.perPrincipal({ calls: 1 })],
    /rateLimits\[1\] stands twice: remove one/,
  ],
  [
    'calls known only at deploy time',
    [RateLimit.perPrincipal({ calls: Lazy.number({ produce: () => 1 }) })],
    /rateLimits\[0\] is known only at deploy time/,
  ],
])('fails for a rate limit with %s', (_name, rateLimits, message) => {
  expect(problems(rateLimits)).toEqual([expect.stringMatching(message)]);
});
