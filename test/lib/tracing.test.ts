/** How a server is told of tracing, and what a task gets for it. */
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { McpObservability } from '../../lib';
import { addCollector } from '../../lib/observability/collector';
import { templateOf, variablesOf } from './support';

function told(tracing?: Parameters<typeof McpObservability.standard>[0]) {
  return variablesOf(templateOf({ observability: McpObservability.standard(tracing) }), 'server');
}

test('T10 calls are traced unless that is switched off', () => {
  expect(variablesOf(templateOf(), 'server').MCP_TRACING).toBe('{}');
  expect(told({ tracing: { enabled: false } })).not.toHaveProperty('MCP_TRACING');
});

test('T10 what is chosen reaches the guard', () => {
  const variables = told({
    tracing: { samplingRatio: 0.25, continueClientTraces: false, otlpEndpoint: 'https://otlp.example.com' },
  });
  expect(JSON.parse(String(variables.MCP_TRACING))).toEqual({ ratio: 0.25, clients: false });
  expect(variables.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('https://otlp.example.com');
});

test.each([-0.1, 1.1, Number.NaN])('T10 fails for a share of %d', (samplingRatio) => {
  expect(() => told({ tracing: { samplingRatio } })).toThrow(/is no share: use a number from 0 to 1/);
});

test.each(['http://otlp.example.com', 'otlp.example.com', 'ftp://localhost', ''])(
  'T10 fails for spans sent to %j',
  (otlpEndpoint) => {
    expect(() => told({ tracing: { otlpEndpoint } })).toThrow(/is no https URL: write one such as/);
  },
);

test('T10 a collector of one’s own on loopback needs no https', () => {
  const variables = told({ tracing: { otlpEndpoint: 'http://localhost:4318' } });
  expect(variables.OTEL_EXPORTER_OTLP_ENDPOINT).toBe('http://localhost:4318');
});

test('T10 O1 a task gets a collector that listens on loopback alone and may only send traces', () => {
  const stack = new Stack(new App(), 'Test');
  const task = new ecs.FargateTaskDefinition(stack, 'Task');
  task.addContainer('App', { image: ecs.ContainerImage.fromRegistry('app') });
  const logging = ecs.LogDrivers.awsLogs({ streamPrefix: 'collector' });
  const { environment } = addCollector(task, { logging, platform: Platform.LINUX_ARM64 });
  expect(environment).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: Match.arrayWith([
      Match.objectLike({
        Name: 'Collector',
        Essential: false,
        ReadonlyRootFilesystem: true,
        Privileged: false,
        User: '1000',
        PortMappings: Match.absent(),
      }),
    ]),
  });
  const [definition] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
  const collector = definition?.Properties.ContainerDefinitions.find(
    (one: { Name: string }) => one.Name === 'Collector',
  );
  const content = collector.Environment.find((one: { Name: string }) => one.Name === 'AOT_CONFIG_CONTENT').Value;
  expect(JSON.parse(content)).toMatchObject({
    receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:4318' } } } },
    service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['awsxray'] } } },
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: {
      Statement: [{ Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Effect: 'Allow', Resource: '*' }],
    },
  });
});
