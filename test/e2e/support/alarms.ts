/** The alarms of one server of a synthesised stack, and the metrics that its logs make. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addAccessLines } from '../../../local/observability/access-metrics';
import { type AlarmProperties, isAlarming } from '../../../local/observability/alarm-state';
import { MetricStore } from '../../../local/observability/metric-store';
import { readAssembly } from '../../../local/template/assembly';
import { linkStacks, type Stack } from '../../../local/template/stack';

/** @param logs folder of a run's logs, beside its `cdk.out` */
export function onlyStack(logs: string): Stack {
  const [stack] = linkStacks(readAssembly(join(logs, '../cdk.out')).stacks);
  return stack as Stack;
}

/** By name, `Refusals` for instance. */
export function alarmsOf(stack: Stack, server: string): Map<string, AlarmProperties> {
  return new Map(
    stack.resources('AWS::CloudWatch::Alarm').flatMap(({ logicalId, resource }) => {
      const [, name] = new RegExp(`^${server}Observability(\\w+?)Alarm`).exec(logicalId) ?? [];
      if (name === undefined) return [];
      const names = Object.keys(resource.Properties ?? {});
      return [[name, Object.fromEntries(names.map((each) => [each, stack.property(logicalId, each)])) as never]];
    }),
  );
}

export function linesOf(logs: string, source: string): string[] {
  const file = join(logs, `${source}.log`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** What functions and API of one server have logged so far, as CloudWatch would measure it. */
export function measured(stack: Stack, logs: string, server: string, add = (line: string) => [line]): MetricStore {
  const store = new MetricStore();
  const of = (type: string) => stack.resources(type).filter(({ logicalId }) => logicalId.startsWith(server));
  for (const { logicalId } of of('AWS::Lambda::Function')) {
    for (const line of linesOf(logs, logicalId).flatMap(add)) store.addLine(line);
  }
  for (const { logicalId } of [...of('AWS::ApiGatewayV2::Stage'), ...of('AWS::ApiGateway::Stage')]) {
    addAccessLines(store, stack, logicalId, linesOf(logs, logicalId));
  }
  return store;
}

/** Names of the alarms that are on a second from now. */
export function on(alarms: ReadonlyMap<string, AlarmProperties>, store: MetricStore): string[] {
  return [...alarms].flatMap(([name, alarm]) => (isAlarming(alarm, store, Date.now() + 1000) ? [name] : []));
}
