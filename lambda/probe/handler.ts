/** Invoked every minute; the log line is the measurement (CloudWatch embedded metric format). */
import { Dimension, Metric } from '../../lib/private/contract';
import { askAt } from './ask';
import { configFrom } from './config';
import { probe } from './probe';
import { secretsManager, tokenOf } from './token';

const config = configFrom(process.env);
const ask = askAt(config.address);
const token = config.caller && tokenOf(config.caller, ask, secretsManager(process.env));

export async function handler(): Promise<void> {
  const fault = await probe(config, ask, token).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const directive = {
    Namespace: Metric.namespace,
    Dimensions: [[Dimension.server]],
    Metrics: [{ Name: Metric.health }],
  };
  const now = new Date();
  const record = {
    type: 'probe',
    time: now.toISOString(),
    server: config.server,
    fault: fault?.slice(0, 500),
    [Dimension.server]: config.server,
    [Metric.health]: fault === undefined ? 1 : 0,
    _aws: { Timestamp: now.getTime(), CloudWatchMetrics: [directive] },
  };
  process.stdout.write(`${JSON.stringify(record)}\n`);
}
