import { Duration, Token } from 'aws-cdk-lib';
import { limitProblems, limitRules } from '../../../lib/private/limits';

test('T5 bounds that can be kept pass, none are needed', () => {
  expect(limitProblems(undefined)).toEqual([]);
  const limits = { requestBytes: 4096, depth: 8, arrayLength: 10, stringLength: 500, concurrency: 5 };
  const toolTimeouts = { 'read_*': Duration.seconds(5), '*': Duration.minutes(1) };
  expect(limitProblems({ ...limits, toolTimeouts, unknownProperties: true })).toEqual([]);
});

test.each([
  [{ requestBytes: 0 }, '`limits.requestBytes` is 0: write a whole number from 1024 to 6291456'],
  [{ requestBytes: 20_000_000 }, '(a Lambda function takes no more than 6 MB)'],
  [{ depth: 2.5 }, '`limits.depth` is 2.5: write a whole number from 4 to 256'],
  [{ arrayLength: -1 }, '`limits.arrayLength` is -1'],
  [{ stringLength: Number.NaN }, '`limits.stringLength` is NaN'],
  [{ concurrency: 0 }, '`limits.concurrency` is 0'],
  [{ depth: Token.asNumber({ Ref: 'Depth' }) }, '`limits.depth` is known only at deploy time'],
  [{ toolTimeouts: { 'a*b': Duration.seconds(1) } }, "has '*' before its end"],
  [{ toolTimeouts: { slow: Duration.minutes(20) } }, "'slow' in `limits.toolTimeouts` has 1200000 ms"],
  [{ toolTimeouts: { slow: Duration.millis(0) } }, 'give it from 100 ms to 15 minutes'],
])('T5 fails on %j, saying what to write', (limits, says) => {
  expect(limitProblems(limits)).toEqual([expect.stringContaining(says)]);
});

test('T5 what is not set is not written, so that the guard has its own', () => {
  expect(JSON.parse(JSON.stringify(limitRules({ requestBytes: 5000 })))).toEqual({ bodyBytes: 5000 });
  expect(limitRules({ toolTimeouts: { a: Duration.seconds(1) } }).toolMs).toEqual({ a: 1000 });
});
