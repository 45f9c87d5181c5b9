import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { LambdaDeployment, McpObservability } from 'cdk-mcp';
import { cycleIn } from '../../../scripts/assembly-problems';
import { restApi } from '../endpoint/rest-support';
import { anyHosting, notesServer, onlyResource, resourcesOf, stackIn, templateOf, text } from '../support';

const canary = (options?: Parameters<typeof LambdaDeployment.canary>[0]) =>
  templateOf({ hosting: anyHosting({ deployment: LambdaDeployment.canary(options) }) });

test('O3 a tenth of the traffic for twenty minutes, longer than any alarm takes, unless it is said otherwise', () => {
  const routing = (template: Template) =>
    onlyResource(template, 'AWS::CodeDeploy::DeploymentConfig').Properties.TrafficRoutingConfig.TimeBasedCanary;
  expect(routing(canary())).toEqual({ CanaryInterval: 20, CanaryPercentage: 10 });
  expect(routing(canary({ percent: 50, interval: Duration.hours(1) }))).toEqual({
    CanaryInterval: 60,
    CanaryPercentage: 50,
  });
});

test('O3 CodeDeploy shifts the alias, and rolls back on the alarms that speak of the version', () => {
  const template = canary();
  const [[alias]] = Object.entries(template.findResources('AWS::Lambda::Alias')) as [[string, object]];
  const [[group]] = resourcesOf(template, 'AWS::CodeDeploy::DeploymentGroup') as [[string, object]];
  template.hasResource('AWS::Lambda::Alias', {
    UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.objectLike({ DeploymentGroupName: { Ref: group } }) },
  });
  expect(alias).toBeDefined();
  const { AlarmConfiguration, AutoRollbackConfiguration } = onlyResource(
    template,
    'AWS::CodeDeploy::DeploymentGroup',
  ).Properties;
  expect(AutoRollbackConfiguration).toEqual({
    Enabled: true,
    Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'],
  });
  const names = AlarmConfiguration.Alarms.map(({ Name }: { Name: unknown }) => text(Name));
  expect(AlarmConfiguration.Enabled).toBe(true);
  for (const word of ['Errors', 'ServerErrors', 'Latency', 'Throttles', 'Memory']) {
    expect(names).toContainEqual(expect.stringMatching(`Observability${word}Alarm`));
  }
});

test('O3 what anybody can set off from outside does not stop a deployment', () => {
  const alarms = text(onlyResource(canary(), 'AWS::CodeDeploy::DeploymentGroup').Properties.AlarmConfiguration.Alarms);
  expect(alarms).not.toMatch(/Refusals|GrantReplays|Broker/);
});

test('O3 the alarm on throttles that stops a deployment counts the server’s function alone', () => {
  const template = canary();
  const [, alarm] = resourcesOf(template, 'AWS::CloudWatch::Alarm').find(([id]) =>
    /Observability(?!Broker)ThrottlesAlarm/.test(id),
  )!;
  expect(alarm.Properties).toMatchObject({ MetricName: 'Throttles', Namespace: 'AWS/Lambda' });
  expect(text(alarm.Properties.Dimensions)).toContain('NotesServerFunction');
});

test('O3 the endpoint calls the alias and may call nothing but the alias', () => {
  const template = canary();
  const [[alias]] = Object.entries(template.findResources('AWS::Lambda::Alias')) as [[string, object]];
  const uris = resourcesOf(template, 'AWS::ApiGatewayV2::Integration').map(([, { Properties }]) =>
    JSON.stringify(Properties.IntegrationUri),
  );
  expect(uris.filter((uri) => uri.includes(alias))).toHaveLength(1);
  const functions = resourcesOf(template, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
    Properties.Description.startsWith('MCP server'),
  );
  const permitted = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties }]) =>
    JSON.stringify(Properties.FunctionName),
  );
  expect(permitted.filter((name) => name.includes(alias))).toHaveLength(3);
  expect(permitted.filter((name) => name.includes(functions[0]![0]))).toHaveLength(0);
});

test('O3 without a canary there is no alias, and the endpoint calls the function', () => {
  for (const template of [
    templateOf(),
    templateOf({ hosting: anyHosting({ deployment: LambdaDeployment.allAtOnce() }) }),
  ]) {
    expect(template.findResources('AWS::Lambda::Alias')).toEqual({});
    expect(template.findResources('AWS::CodeDeploy::DeploymentGroup')).toEqual({});
  }
});

test('O3 CodeDeploy may move this alias and no other', () => {
  const template = canary();
  const [, policy] = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes('DeploymentRoleShift'))!;
  const [statement, ...others] = policy.Properties.PolicyDocument.Statement;
  expect(others).toEqual([]);
  expect(statement.Action).not.toContain('lambda:*');
  expect(statement.Resource.map(text)).toEqual([
    expect.stringMatching(/^\[NotesServerFunction\w+\.Arn\]$/),
    expect.stringMatching(/^\[NotesServerFunction\w+\.Arn\]:live$/),
  ]);
  for (const [, role] of resourcesOf(template, 'AWS::IAM::Role')) {
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
  }
});

test.each([
  [{ percent: 0 }, /canary of 0 percent/],
  [{ percent: 100 }, /canary of 100 percent/],
  [{ percent: 2.5 }, /canary of 2.5 percent/],
  [{ interval: Duration.seconds(90) }, /whole minutes/],
  [{ interval: Duration.days(3) }, /1 to 2880/],
])('O3 fails with %j', (options, message) => {
  expect(() => canary(options)).toThrow(message);
});

test('O3 fails without alarms: nothing would roll back', () => {
  const stack = new Stack(new App(), 'Test');
  expect(() =>
    notesServer(stack, {
      hosting: anyHosting({ deployment: LambdaDeployment.canary() }),
      observability: McpObservability.standard({ alarms: false }),
    }),
  ).toThrow(/leave `alarms` of the observability on/);
});

test.each(['http', 'rest'])('O1 O3 no resource waits for itself behind the %s endpoint', (kind) => {
  const stack = stackIn();
  const hosting = anyHosting({ deployment: LambdaDeployment.canary() });
  notesServer(stack, { hosting, endpoint: kind === 'rest' ? restApi(stack) : undefined });
  expect(cycleIn(Template.fromStack(stack).toJSON())).toBeUndefined();
});

test('O1 O3 a REST API is watched by its names, which are those that API Gateway counts under', () => {
  const stack = stackIn();
  notesServer(stack, { endpoint: restApi(stack) });
  const template = Template.fromStack(stack);
  const [, { Properties }] = resourcesOf(template, 'AWS::CloudWatch::Alarm').find(([id]) =>
    id.includes('ServerErrorsAlarm'),
  )!;
  expect(Properties).toMatchObject({ Namespace: 'AWS/ApiGateway', MetricName: '5XXError', Statistic: 'Sum' });
  expect(Properties.Dimensions).toEqual([
    { Name: 'ApiName', Value: onlyResource(template, 'AWS::ApiGateway::RestApi').Properties.Name },
    { Name: 'Stage', Value: onlyResource(template, 'AWS::ApiGateway::Stage').Properties.StageName },
  ]);
});
