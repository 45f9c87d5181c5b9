/** Alarms, dashboard and saved queries, and that they are about what guard and broker write. */
import { Duration, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { McpObservability, type SecureMcpServerProps } from 'cdk-mcp';
import { stdoutLog as brokerLog } from '../../lambda/broker/log';
import { withheldMetrics, withMetrics } from '../../lambda/guard/metrics';
import { Metric } from '../../lib/private/contract';
import { isAlarming } from '../../local/observability/alarm-state';
import { MetricStore } from '../../local/observability/metric-store';
import { restApi } from './endpoint/rest-support';
import { anyContainer, ownDomain } from './hosting/fargate-support';
import { notesServer, resourcesOf, stackIn, templateOf, text } from './support';

const template = templateOf();
const behindRestApi = templateIn((stack) => ({ endpoint: restApi(stack) }));
const inContainer = templateIn((stack) => ({ endpoint: ownDomain(stack), hosting: anyContainer() }));

function templateIn(props: (stack: Stack) => Partial<SecureMcpServerProps>): Template {
  const stack = stackIn();
  notesServer(stack, props(stack));
  return Template.fromStack(stack);
}

const alarmsIn = (of: Template) => resourcesOf(of, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);

/** `metric name × dimension names` that the lines of guard and broker carry. */
function emitted(): Set<string> {
  const record = {
    type: 'audit' as const,
    time: '2026-11-22T00:00:00.000Z',
    server: 'notes',
    requestId: 'r',
    method: 'tools/call',
    name: 'a_tool',
    status: 200,
    durationMs: 1,
    requestBytes: 1,
    responseBytes: 1,
  };
  const lines: unknown[] = [
    withMetrics({ ...record, decision: 'allow', outcome: 'ok' }),
    withMetrics({ ...record, decision: 'allow', outcome: 'declined' }),
    withMetrics({ ...record, decision: 'refuse', reason: 'no_rule' }),
    withheldMetrics({ type: 'withheld', time: record.time, server: 'notes', name: 'a_tool', property: 'password' }),
  ];
  const log = brokerLog('notes', 'r', (line) => void lines.push(JSON.parse(line)));
  log('failed');
  log('grant_replay');
  interface Directive {
    Dimensions: string[][];
    Metrics: { Name: string }[];
  }
  const directives = lines.flatMap(
    (line) => (line as { _aws: { CloudWatchMetrics: Directive[] } })._aws.CloudWatchMetrics,
  );
  return new Set(
    directives.flatMap(({ Dimensions, Metrics }) =>
      Metrics.flatMap(({ Name }) => Dimensions.map((names) => `${Name} by ${names.join(', ')}`)),
    ),
  );
}

/** The same of what metric filters find in logs. */
function filtered(): string[] {
  return resourcesOf(template, 'AWS::Logs::MetricFilter').flatMap(([, { Properties }]) =>
    (Properties.MetricTransformations as { MetricName: string; Dimensions: { Key: string }[] }[]).map(
      ({ MetricName, Dimensions }) => `${MetricName} by ${Dimensions.map(({ Key }) => Key).join(', ')}`,
    ),
  );
}

/** Metrics of ours that an alarm looks at. */
function watched(alarm: Record<string, unknown>): string[] {
  const single = [
    alarm,
    ...((alarm.Metrics as { MetricStat?: { Metric: unknown } }[]) ?? []).map((m) => m.MetricStat?.Metric),
  ];
  return (single as ({ Namespace?: string; MetricName: string; Dimensions: { Name: string }[] } | undefined)[]).flatMap(
    (metric) =>
      metric?.Namespace === Metric.namespace
        ? [`${metric.MetricName} by ${metric.Dimensions.map(({ Name }) => Name).join(', ')}`]
        : [],
  );
}

const SYMPTOMS = ['Errors', 'Latency', 'ServerErrors'];

describe('alarms', () => {
  test('O5 there is one for each thing that someone should get up for, with its action, its meaning and what to do', () => {
    const named = new Map(
      resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([id, { Properties }]) => [
        /Observability(\w+?)Alarm/.exec(id)?.[1] ?? id,
        Properties,
      ]),
    );
    const calling = [
      'BrokerFailures',
      'BrokerThrottles',
      'EndpointRefusals',
      'GrantReplays',
      'Memory',
      'Refusals',
      'Throttles',
      'UnusualRefusals',
    ];
    expect([...named.keys()].sort()).toEqual([...SYMPTOMS, ...calling].sort());
    const [[topic]] = resourcesOf(template, 'AWS::SNS::Topic') as [[string, unknown]];
    const calls = { AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] };
    for (const [name, alarm] of named) {
      expect(alarm).toMatchObject({
        TreatMissingData: 'notBreaching',
        AlarmDescription: expect.stringMatching(/^MCP server Test-Notes: .{20,}/),
      });
      if (calling.includes(name)) expect(alarm).toMatchObject(calls);
      else expect(alarm.AlarmActions).toBeUndefined();
    }
  });

  test('O5 several symptoms of one thing call once', () => {
    const [[, { Properties }]] = resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm') as [
      ReturnType<typeof resourcesOf>[0],
    ];
    const rule = text(Properties.AlarmRule);
    for (const symptom of SYMPTOMS) expect(rule).toMatch(new RegExp(`ALARM\\(.*Observability${symptom}Alarm`));
    expect(rule.match(/ALARM\(/g)).toHaveLength(SYMPTOMS.length);
    expect(Properties.AlarmActions).toHaveLength(1);
  });

  test('O5 each watches something that is really written, or a metric of AWS', () => {
    const all = alarmsIn(template).flatMap(watched);
    expect(all.length).toBeGreaterThanOrEqual(7);
    for (const metric of all) expect([...emitted(), ...filtered()]).toContain(metric);
  });

  test('O5 thresholds are those one names', () => {
    const stack = stackIn();
    notesServer(stack, {
      observability: McpObservability.standard({
        thresholds: {
          errorPercent: 1,
          latency: Duration.seconds(2),
          memoryPercent: 50,
          refusals: 7,
          endpointRefusals: 9,
        },
      }),
    });
    const thresholds = alarmsIn(Template.fromStack(stack)).map(({ Threshold }) => Threshold);
    expect(thresholds).toEqual(expect.arrayContaining([1, 2000, 512, 7, 9]));
  });

  test('O5 they go to a topic one has, and are left out when one says so', () => {
    const stack = stackIn();
    const alarmTopic = new Topic(stack, 'Mine');
    const server = notesServer(stack, { observability: McpObservability.standard({ alarmTopic }) });
    expect(server.alarmTopic).toBe(alarmTopic);
    expect(resourcesOf(Template.fromStack(stack), 'AWS::SNS::Topic')).toHaveLength(1);

    const quiet = stackIn();
    const none = notesServer(quiet, {
      observability: McpObservability.standard({ alarms: false, dashboard: false, savedQueries: false }),
    });
    expect([none.alarmTopic, none.alarms, none.serviceAlarm, none.dashboard]).toEqual([
      undefined,
      [],
      undefined,
      undefined,
    ]);
    for (const type of [
      'CloudWatch::Alarm',
      'CloudWatch::CompositeAlarm',
      'CloudWatch::Dashboard',
      'SNS::Topic',
      'Logs::QueryDefinition',
    ]) {
      expect(resourcesOf(Template.fromStack(quiet), `AWS::${type}`)).toEqual([]);
    }
  });

  test('O4 the topic takes TLS alone, and is encrypted with a key of one’s own, which alarms may use', () => {
    expect(JSON.stringify(resourcesOf(template, 'AWS::SNS::TopicPolicy'))).toContain('aws:SecureTransport');
    const stack = stackIn();
    notesServer(stack, { encryptionKey: new Key(stack, 'Key') });
    const encrypted = Template.fromStack(stack);
    expect(text(resourcesOf(encrypted, 'AWS::SNS::Topic')[0]![1].Properties.KmsMasterKeyId)).toMatch(/^\[Key.*Arn\]$/);
    expect(JSON.stringify(resourcesOf(encrypted, 'AWS::KMS::Key'))).toContain('cloudwatch.amazonaws.com');
  });
});

describe('refusals before the guard', () => {
  test('O5 are counted in the access log, for this server, which its lines name', () => {
    const [[, { Properties: filter }]] = resourcesOf(template, 'AWS::Logs::MetricFilter') as [
      ReturnType<typeof resourcesOf>[0],
    ];
    expect(text(filter.LogGroupName)).toContain('EndpointAccessLogs');
    expect(filter.MetricTransformations).toEqual([
      {
        MetricNamespace: 'cdk-mcp',
        MetricName: 'EndpointRefusals',
        MetricValue: '1',
        Dimensions: [{ Key: 'Server', Value: '$.server' }],
      },
    ]);
    const stages = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(JSON.parse(stages[0].AccessLogSettings.Format).server).toBe('Test-Notes');
    const rest = resourcesOf(behindRestApi, 'AWS::ApiGateway::Stage').map(([, { Properties }]) => Properties);
    expect(JSON.parse(rest[0].AccessLogSetting.Format).server).toBe('Test-Notes');
  });

  test('O6 of a REST API’s authorizer are in the queries about refusals, and no one else’s records are', () => {
    const queries = resourcesOf(behindRestApi, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);
    const asking = queries.filter(({ LogGroupNames }) =>
      text(LogGroupNames[1] ?? '').includes('EndpointAuthorizerLogs'),
    );
    expect(asking.map(({ Name }) => Name).sort()).toEqual(['Test-Notes/refusals', 'Test-Notes/why was this refused']);
    for (const { LogGroupNames } of asking) expect(text(LogGroupNames[0])).toContain('ServerLogs');
    const [[, dashboard]] = resourcesOf(behindRestApi, 'AWS::CloudWatch::Dashboard') as [[string, never]];
    expect(JSON.stringify(dashboard)).toContain('EndpointAuthorizerLogs');
  });
});

describe('memory of a server in a container of its own', () => {
  test('O5 is that of the whole task, of which the guard knows nothing', () => {
    const found = resourcesOf(inContainer, 'AWS::CloudWatch::Alarm').filter(([id]) => id.includes('MemoryAlarm'));
    expect(found).toHaveLength(1);
    const [[, { Properties }]] = found as [(typeof found)[0]];
    expect(Properties).toMatchObject({
      Namespace: 'AWS/ECS',
      MetricName: 'MemoryUtilization',
      Statistic: 'Maximum',
      Threshold: 90,
    });
    // One that waits for the service could not decide on the service's own deployments.
    expect(JSON.stringify(resourcesOf(inContainer, 'AWS::ECS::Service'))).not.toContain('MemoryAlarm');
  });

  test('O5 and a task that does not answer: what AWS counts sets off the alarms on it', () => {
    for (const [name, value] of [
      ['MemoryAlarm', 95],
      ['UnhealthyAlarm', 1],
    ] as const) {
      const [, { Properties }] = resourcesOf(inContainer, 'AWS::CloudWatch::Alarm').find(([id]) => id.includes(name))!;
      const dimensions = (Properties.Dimensions as { Name: string; Value: unknown }[]).map((one) => ({
        ...one,
        Value: text(one.Value),
      }));
      const alarm = { ...Properties, Dimensions: dimensions };
      const counted = (measured: number) => {
        const store = new MetricStore();
        const values = Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
        const metric = { namespace: Properties.Namespace, name: Properties.MetricName, dimensions: values };
        for (const ago of [1_000, 301_000]) store.add(metric, Date.now() - ago, measured);
        return isAlarming(alarm, store, Date.now());
      };
      expect([name, counted(value)]).toEqual([name, true]);
      expect([name, counted(0)]).toEqual([name, false]);
    }
  });
});

describe('the dashboard', () => {
  const [[, { Properties }]] = resourcesOf(template, 'AWS::CloudWatch::Dashboard') as [
    ReturnType<typeof resourcesOf>[0],
  ];
  const body = JSON.parse(text(Properties.DashboardBody)) as {
    widgets: { type: string; properties: { title: string; metrics?: unknown[][]; query?: string } }[];
  };

  test('O5 is JSON that CloudWatch reads, and says what a person on call asks', () => {
    const titles = body.widgets.map(({ properties }) => properties.title);
    expect(titles).toEqual(expect.arrayContaining(['Alarms', 'Refusals by reason', 'Latency, ms', 'Who called what']));
    expect(new Set(titles).size).toBe(titles.length);
  });

  test('O5 every metric of ours in it is really written', () => {
    const names = body.widgets.flatMap(({ properties }) =>
      (properties.metrics ?? []).flatMap((row) =>
        row[0] === Metric.namespace
          ? [`${row[1]} by ${row[2]}`]
          : searched((row[0] as { expression?: string }).expression),
      ),
    );
    expect(names).toContain('Refusals by Server, Reason');
    // In a record only where something was read since the last: test/e2e/observability.test.ts finds them.
    const readings = ['TokensVerified by Server', 'EventLoopDelay by Server'];
    for (const name of names) expect([...emitted(), ...filtered(), ...readings]).toContain(name);
  });

  function searched(expression = ''): string[] {
    const [, dimensions, metric] = /\{cdk-mcp,([\w,]+)\} .*MetricName="(\w+)"/.exec(expression) ?? [];
    return metric === undefined ? [] : [`${metric} by ${dimensions?.replaceAll(',', ', ')}`];
  }
});

describe('saved queries', () => {
  const queries = resourcesOf(template, 'AWS::Logs::QueryDefinition').map(([, { Properties }]) => Properties);

  test('O6 answer who called what, why something was refused, and all of one trace', () => {
    expect(queries.map(({ Name }) => Name)).toEqual(
      expect.arrayContaining([
        'Test-Notes/who called what',
        'Test-Notes/why was this refused',
        'Test-Notes/everything of one trace',
      ]),
    );
    for (const { LogGroupNames } of queries) expect(LogGroupNames).toHaveLength(1);
  });

  test('O6 ask for fields that exist', () => {
    const known = new Set(
      (
        'type time server requestId traceId principal.kind principal.id client method name decision reason outcome status ' +
        'durationMs requestBytes responseBytes fault.name fault.message event user grant route error authorizerError ' +
        'sourceIp ' +
        'calls bytes refusals events requests p50 p99'
      ).split(' '),
    );
    const words = /\b(?:filter|stats|fields|sort|by|as|and|count|sum|pct|asc|desc|limit)\b/g;
    for (const { QueryString } of queries) {
      const names = QueryString.replace(/"[^"]*"/g, '')
        .replace(words, ' ')
        .match(/[a-zA-Z][\w.]*/g);
      expect(names?.filter((name: string) => !known.has(name))).toEqual([]);
    }
  });
});
