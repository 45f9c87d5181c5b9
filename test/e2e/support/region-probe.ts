/** The probe of a region, run against the region as it is here, and the alarms on what it measures. */
import { askAt } from '../../../lambda/probe/ask';
import { configFrom } from '../../../lambda/probe/config';
import { look } from '../../../lambda/probe/look';
import { measurement } from '../../../lambda/probe/measurement';
import { tokenOf } from '../../../lambda/probe/token';
import { readFunctions } from '../../../local/deployment/functions';
import { type AlarmProperties, isAlarming } from '../../../local/observability/alarm-state';
import { MetricStore } from '../../../local/observability/metric-store';
import type { OriginRow } from '../../../local/template/origins';
import type { Stack } from '../../../local/template/stack';

const MINUTE = 60_000;

export interface RegionProbe {
  /** Looks as often as the alarms want; whether each is on afterwards, and the last line. */
  looks(): Promise<{ readonly line: Record<string, unknown>; readonly unhealthy: boolean; readonly signIn: boolean }>;
}

/** @param secret of the probe's client @param address of the region, here */
export function regionProbe(
  stack: Stack,
  origins: readonly OriginRow[],
  { address, secret }: { readonly address: string; readonly secret: string },
): RegionProbe {
  const probe = resourceNamed(stack, 'AWS::Lambda::Function', 'ProbeFunction');
  const arn = stack.attribute(probe, 'Arn');
  const [spec] = readFunctions([stack], origins, (one) => one === arn);
  const config = configFrom({ ...spec?.variables, MCP_PROBE_ADDRESS: address });
  const ask = askAt(address);
  const tokens = tokenOf(config.caller!, ask, async () => secret);
  const alarm = (name: string) => {
    const id = resourceNamed(stack, 'AWS::CloudWatch::Alarm', `Probe${name}`);
    const { resource } = stack.resources('AWS::CloudWatch::Alarm').find(({ logicalId }) => logicalId === id)!;
    const names = Object.keys(resource.Properties ?? {});
    return Object.fromEntries(names.map((each) => [each, stack.property(id, each)])) as unknown as AlarmProperties;
  };
  return {
    async looks() {
      const store = new MetricStore();
      const now = Date.now();
      const { EvaluationPeriods } = alarm('SignIn');
      let line = '{}';
      for (let minute = EvaluationPeriods; minute > 0; minute--) {
        const at = new Date(now - minute * MINUTE + 1000);
        line = JSON.stringify(measurement(config.server, true, await look(config, ask, tokens), at));
        store.addLine(line);
      }
      return {
        line: JSON.parse(line),
        unhealthy: isAlarming(alarm('Unhealthy'), store, now),
        signIn: isAlarming(alarm('SignIn'), store, now),
      };
    },
  };
}

function resourceNamed(stack: Stack, type: string, part: string): string {
  const ids = stack.resources(type).flatMap(({ logicalId }) => (logicalId.includes(part) ? [logicalId] : []));
  if (ids.length !== 1) throw new Error(`${ids.length} resources of ${type} are named ${part}`);
  return ids[0] as string;
}
