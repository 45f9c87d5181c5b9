/** What API Gateway counts of its requests, and what metric filters find in its access log. */
import type { Stack } from '../template/stack';
import { filterPattern, type LogFields } from './filter-pattern';
import type { MetricStore } from './metric-store';

interface Transformation {
  readonly MetricNamespace: string;
  readonly MetricName: string;
  readonly MetricValue: string;
  readonly Dimensions?: readonly { readonly Key: string; readonly Value: string }[];
}

/** @param stage logical id of the stage that wrote the lines */
export function addAccessLines(store: MetricStore, stack: Stack, stage: string, lines: readonly string[]): void {
  const own = gatewayMetrics(stack, stage);
  const filters = metricFilters(stack, accessLogGroup(stack, stage));
  for (const line of lines.filter((text) => text.startsWith('{'))) {
    const fields = JSON.parse(line) as LogFields;
    const at = Date.parse(String(fields.time).replace(/^(\d+)\/(\w+)\/(\d+):/, '$1 $2 $3 '));
    own(store, at, String(fields.status));
    for (const filter of filters) filter(store, at, fields);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html */
function gatewayMetrics(stack: Stack, stage: string): (store: MetricStore, at: number, status: string) => void {
  const api = stack.property(stage, 'ApiId') as string | undefined;
  const dimensions: Record<string, string> =
    api === undefined
      ? { ApiName: restApiName(stack, stage), Stage: stack.property(stage, 'StageName') as string }
      : { ApiId: api };
  const names = api === undefined ? ['4XXError', '5XXError'] : ['4xx', '5xx'];
  return (store, at, status) => {
    const count = (name: string, value: number) =>
      store.add({ namespace: 'AWS/ApiGateway', name, dimensions }, at, value);
    count('Count', 1);
    for (const name of names) count(name, status[0] === name[0] ? 1 : 0);
  };
}

function restApiName(stack: Stack, stage: string): string {
  const id = stack.property(stage, 'RestApiId');
  const api = stack.resources('AWS::ApiGateway::RestApi').find(({ logicalId }) => stack.reference(logicalId) === id);
  if (api === undefined) throw new Error(`${stage} is the stage of no API of its stack`);
  return stack.property(api.logicalId, 'Name') as string;
}

/** Name of the log group of a stage's access log. */
export function accessLogGroup(stack: Stack, stage: string): string {
  const settings = (stack.property(stage, 'AccessLogSettings') ?? stack.property(stage, 'AccessLogSetting')) as {
    DestinationArn: string;
  };
  return settings.DestinationArn.replace(/^.*:log-group:/, '').replace(/:\*$/, '');
}

function metricFilters(stack: Stack, logGroup: string) {
  return stack
    .resources('AWS::Logs::MetricFilter')
    .filter(({ logicalId }) => stack.property(logicalId, 'LogGroupName') === logGroup)
    .map(({ logicalId }) => {
      const matches = filterPattern(stack.property(logicalId, 'FilterPattern') as string);
      const transformations = stack.property(logicalId, 'MetricTransformations') as readonly Transformation[];
      return (store: MetricStore, at: number, fields: LogFields) => {
        if (!matches(fields)) return;
        for (const { MetricNamespace: namespace, MetricName: name, MetricValue, Dimensions = [] } of transformations) {
          const pairs = Dimensions.map(({ Key, Value }) => [Key, String(fields[Value.replace('$.', '')])]);
          store.add({ namespace, name, dimensions: Object.fromEntries(pairs) }, at, Number(MetricValue));
        }
      };
    });
}
