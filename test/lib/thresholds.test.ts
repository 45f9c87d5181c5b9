/** Thresholds of alarms: those that would be over always, or never, are refused. */
import { CfnParameter, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type AlarmThresholds, McpObservability } from 'cdk-mcp';
import { notesServer, resourcesOf, stackIn, templateOf } from './support';

const withThresholds = (thresholds: AlarmThresholds) =>
  templateOf({ observability: McpObservability.standard({ thresholds }) });

test.each<[AlarmThresholds, string]>([
  [{ errorPercent: 0 }, 'threshold `errorPercent` is 0: use more than 0, and 100 at most'],
  [{ memoryPercent: 150 }, 'threshold `memoryPercent` is 150: use more than 0, and 100 at most'],
  [{ refusals: Number.NaN }, 'threshold `refusals` is NaN: use a whole number from 1 on'],
  [{ serverErrors: -5 }, 'threshold `serverErrors` is -5: use a whole number'],
  [{ throttles: 0.5 }, 'threshold `throttles` is 0.5: use a whole number'],
  [{ brokerFailures: 0 }, 'threshold `brokerFailures` is 0: use a whole number'],
  [{ grantReplays: 0 }, 'threshold `grantReplays` is 0: use a whole number'],
  [{ latency: Duration.seconds(0) }, 'threshold `latency` of 0 seconds is always exceeded: use more than 0'],
  [{ errorPercent: -1, refusals: 0 }, '2 problems'],
])('O5 fails with %j', (thresholds, message) => {
  expect(() => withThresholds(thresholds)).toThrow(message);
});

test('O5 the least and the most that makes sense is taken', () => {
  const least = { errorPercent: 0.5, memoryPercent: 100, refusals: 1, latency: Duration.millis(1) };
  expect(() => withThresholds(least)).not.toThrow();
});

test('O5 a threshold may be known only at deploy time', () => {
  const stack = stackIn();
  const { valueAsNumber } = new CfnParameter(stack, 'Most', { type: 'Number' });
  notesServer(stack, { observability: McpObservability.standard({ thresholds: { refusals: valueAsNumber } }) });
  const alarms = resourcesOf(Template.fromStack(stack), 'AWS::CloudWatch::Alarm');
  expect(alarms.map(([, { Properties }]) => Properties.Threshold)).toContainEqual({ Ref: 'Most' });
});
