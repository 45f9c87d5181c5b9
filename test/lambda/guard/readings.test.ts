import { withMetrics } from '../../../lambda/guard/metrics';
import { makeKeys, modern, sign, testGuard, userClaims } from '../../support/guard';

test('T10 what is verified and how long the loop takes are measured, and written once', async () => {
  const keys = await makeKeys();
  const guard = testGuard(keys, async () => Response.json({ jsonrpc: '2.0', id: 1, result: { tools: [] } }));
  const token = await sign(keys, userClaims());
  const { headers, body } = modern('tools/list');
  for (let n = 0; n < 3; n++) await guard.post(body, { token, headers });
  await guard.post(body, { token: `${token.slice(0, -4)}AAAA`, headers });
  await new Promise((resolve) => setImmediate(resolve));
  const [record] = guard.audits();
  if (record === undefined) throw new Error('there is no record');
  const [first, second] = [withMetrics(record), withMetrics(record)];
  expect(first).toMatchObject({ TokensVerified: 1, EventLoopDelay: expect.any(Number) });
  const { CloudWatchMetrics } = (first as { _aws: { CloudWatchMetrics: object[] } })._aws;
  const dimensions = { Namespace: 'cdk-mcp', Dimensions: [['Server']] };
  expect(CloudWatchMetrics).toContainEqual({ ...dimensions, Metrics: [{ Name: 'TokensVerified' }] });
  expect(CloudWatchMetrics).toContainEqual({
    ...dimensions,
    Metrics: [{ Name: 'EventLoopDelay', Unit: 'Milliseconds' }],
  });
  expect(second).not.toHaveProperty('TokensVerified');
  expect(second).not.toHaveProperty('EventLoopDelay');
});
