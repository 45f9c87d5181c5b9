/** What one look found, as a log line that CloudWatch measures (embedded metric format). */
import { Dimension, Metric } from '../../lib/private/contract';
import type { Finding } from './look';

const MOST = 500;

/** @param signsIn whether a token was asked for */
export function measurement(server: string, signsIn: boolean, { fault, tokenFault }: Finding, at: Date): object {
  const directive = {
    Namespace: Metric.namespace,
    Dimensions: [[Dimension.server]],
    Metrics: [{ Name: Metric.health }, ...(signsIn ? [{ Name: Metric.signIn }] : [])],
  };
  return {
    type: 'probe',
    time: at.toISOString(),
    server,
    fault: fault?.slice(0, MOST),
    tokenFault: tokenFault?.slice(0, MOST),
    [Dimension.server]: server,
    [Metric.health]: fault === undefined ? 1 : 0,
    [Metric.signIn]: signsIn ? Number(tokenFault === undefined) : undefined,
    _aws: { Timestamp: at.getTime(), CloudWatchMetrics: [directive] },
  };
}
