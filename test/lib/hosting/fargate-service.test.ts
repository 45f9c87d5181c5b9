import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { FargateDeployment, McpObservability } from 'cdk-mcp';
import { notesServer, onlyResource, resourcesOf, stackIn, templateOf } from '../support';
import { anyContainer } from './fargate-support';

describe('a service', () => {
  const template = templateOf({ hosting: anyContainer() });

  test('O1 rolls back by itself, rebalances its zones, and has no public address', () => {
    expect(onlyResource(template, 'AWS::ECS::Service').Properties).toMatchObject({
      LaunchType: 'FARGATE',
      PlatformVersion: '1.4.0',
      AvailabilityZoneRebalancing: 'ENABLED',
      EnableExecuteCommand: false,
      HealthCheckGracePeriodSeconds: 60,
      DeploymentConfiguration: {
        Strategy: 'ROLLING',
        DeploymentCircuitBreaker: { Enable: true, Rollback: true },
        MinimumHealthyPercent: 100,
        MaximumPercent: 200,
      },
      NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'DISABLED' } },
    });
  });

  test('O1 has two to ten tasks, as processors, memory and requests need them; a deployment leaves the number alone', () => {
    expect(onlyResource(template, 'AWS::ECS::Service').Properties.DesiredCount).toBeUndefined();
    const target = onlyResource(template, 'AWS::ApplicationAutoScaling::ScalableTarget').Properties;
    expect(target).toMatchObject({ MinCapacity: 2, MaxCapacity: 10, ScalableDimension: 'ecs:service:DesiredCount' });
    const policies = resourcesOf(template, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ([, { Properties }]) => Properties.TargetTrackingScalingPolicyConfiguration,
    );
    expect(
      policies.map((policy) => [policy.PredefinedMetricSpecification.PredefinedMetricType, policy.TargetValue]),
    ).toEqual([
      ['ECSServiceAverageCPUUtilization', 60],
      ['ECSServiceAverageMemoryUtilization', 75],
      ['ALBRequestCountPerTarget', 1200],
    ]);
  });

  test('O1 a number that is fixed is not scaled', () => {
    const fixed = templateOf({ hosting: anyContainer({ minTasks: 3, maxTasks: 3 }) });
    expect(onlyResource(fixed, 'AWS::ECS::Service').Properties.DesiredCount).toBe(3);
    fixed.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  });

  test('O1 targets of scaling are those one names', () => {
    const scaling = { cpuPercent: 40, memoryPercent: 50, requestsPerTask: 600 };
    const named = templateOf({ hosting: anyContainer({ minTasks: 3, maxTasks: 30, scaling }) });
    const values = resourcesOf(named, 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ([, { Properties }]) => Properties.TargetTrackingScalingPolicyConfiguration.TargetValue,
    );
    expect(values).toEqual([40, 50, 600]);
  });

  test('is an attribute of the server, and no function is', () => {
    const stack = stackIn();
    const server = notesServer(stack, { hosting: anyContainer() });
    expect(server.service?.taskDefinition.defaultContainer?.containerName).toBe('Guard');
    expect(server.serverFunction).toBeUndefined();
    expect(server.connections.securityGroups).toHaveLength(1);
    expect(server.grantPrincipal).toBe(server.service?.taskDefinition.taskRole);
  });

  test('O5 an alarm says that tasks are not healthy, and the dashboard how full they are', () => {
    expect(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).join()).toMatch(/UnhealthyAlarm/);
    const body = JSON.stringify(onlyResource(template, 'AWS::CloudWatch::Dashboard').Properties.DashboardBody);
    for (const metric of ['CPUUtilization', 'MemoryUtilization', 'ConsumedLCUs']) expect(body).toContain(metric);
  });
});

describe('a deployment', () => {
  test('O1 is undone when an alarm that speaks of the new version goes off, and not for one that anybody can set off', () => {
    const { Alarms } = onlyResource(templateOf({ hosting: anyContainer() }), 'AWS::ECS::Service').Properties
      .DeploymentConfiguration;
    expect(Alarms).toMatchObject({ Enable: true, Rollback: true });
    const names = JSON.stringify(Alarms.AlarmNames);
    for (const alarm of ['ErrorsAlarm', 'ServerErrorsAlarm', 'LatencyAlarm', 'UnhealthyAlarm'])
      expect(names).toContain(alarm);
    for (const alarm of ['RefusalsAlarm', 'BrokerFailuresAlarm', 'GrantReplaysAlarm'])
      expect(names).not.toContain(alarm);
  });

  test('O1 without alarms the circuit breaker is left', () => {
    const observability = McpObservability.standard({ alarms: false });
    const service = onlyResource(templateOf({ hosting: anyContainer(), observability }), 'AWS::ECS::Service');
    expect(service.Properties.DeploymentConfiguration).toMatchObject({
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
      Alarms: { Enable: false },
    });
  });

  test('O1 fails where a version should be watched and nothing watches it', () => {
    for (const deployment of [FargateDeployment.blueGreen(), FargateDeployment.canary()]) {
      const observability = McpObservability.standard({ alarms: false });
      expect(() => templateOf({ hosting: anyContainer({ deployment }), observability })).toThrow(
        /without alarms would never be undone by one: leave `alarms` of the observability on, or use FargateDeployment\.rolling\(\)/,
      );
    }
  });

  const moved = (deployment: FargateDeployment) => templateOf({ hosting: anyContainer({ deployment }) });

  test.each([
    [
      'blue/green',
      FargateDeployment.blueGreen({ bakeTime: Duration.minutes(5) }),
      { Strategy: 'BLUE_GREEN', BakeTimeInMinutes: 5 },
    ],
    [
      'canary',
      FargateDeployment.canary({ percent: 5, stepTime: Duration.minutes(15) }),
      {
        Strategy: 'CANARY',
        BakeTimeInMinutes: 10,
        CanaryConfiguration: { CanaryPercent: 5, CanaryBakeTimeInMinutes: 15 },
      },
    ],
  ])('O1 %s moves requests between two target groups by one rule', (_name, deployment, settings) => {
    const template = moved(deployment);
    const { Properties, DependsOn } = onlyResource(template, 'AWS::ECS::Service');
    expect(Properties.DeploymentConfiguration).toMatchObject({
      ...settings,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true },
    });
    const groups = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::TargetGroup');
    expect(groups).toHaveLength(2);
    const [[rule, { Properties: routing }]] = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::ListenerRule') as [
      [string, { Properties: { Actions: [{ ForwardConfig: { TargetGroups: { Weight: number }[] } }] } }],
    ];
    expect(routing.Actions[0].ForwardConfig.TargetGroups.map(({ Weight }) => Weight)).toEqual([100, 0]);
    expect(DependsOn).toContain(rule);
    const { AdvancedConfiguration } = Properties.LoadBalancers[0];
    expect(AdvancedConfiguration).toMatchObject({
      ProductionListenerRule: { Ref: rule },
      AlternateTargetGroupArn: { Ref: expect.stringContaining('AlternateTargets') },
      RoleArn: { 'Fn::GetAtt': [expect.stringContaining('TrafficRole'), 'Arn'] },
    });
    // Whatever the rule does not take is answered by nobody.
    const listener = onlyResource(template, 'AWS::ElasticLoadBalancingV2::Listener').Properties;
    expect(listener.DefaultActions).toEqual([{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '503' } }]);
  });

  test('T4 what moves the requests may change this load balancer alone', () => {
    const template = moved(FargateDeployment.blueGreen());
    const statements = resourcesOf(template, 'AWS::IAM::Policy')
      .filter(([id]) => id.includes('TrafficRole'))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
    for (const { Action, Resource } of statements) {
      if (Resource === '*') expect([Action].flat().join()).toMatch(/^(elasticloadbalancing:Describe\w+,?)+$/);
      else expect(JSON.stringify(Resource)).toMatch(/"Ref":"NotesServerLoadBalancing/);
    }
    expect(statements).toHaveLength(3);
  });

  test('T4 no request is moved before the role that moves them has its policies', () => {
    for (const deployment of [FargateDeployment.blueGreen(), FargateDeployment.canary()]) {
      const template = moved(deployment);
      const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('TrafficRole'));
      expect(policies).toHaveLength(2);
      expect(onlyResource(template, 'AWS::ECS::Service').DependsOn).toEqual(
        expect.arrayContaining(policies.map(([id]) => id)),
      );
    }
  });

  test('is not scaled by requests when the requests move', () => {
    const types = resourcesOf(moved(FargateDeployment.canary()), 'AWS::ApplicationAutoScaling::ScalingPolicy').map(
      ([, { Properties }]) => Properties.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification,
    );
    expect(JSON.stringify(types)).not.toContain('ALBRequestCountPerTarget');
    const scaling = { requestsPerTask: 100 };
    expect(() => templateOf({ hosting: anyContainer({ scaling, deployment: FargateDeployment.blueGreen() }) })).toThrow(
      /`scaling.requestsPerTask` works with a rolling deployment alone/,
    );
  });

  test.each([
    [FargateDeployment.canary({ percent: 0 }), /`percent` of a canary is 0: use 0.1 to 99.9/],
    [FargateDeployment.canary({ percent: 12.34 }), /`percent` of a canary is 12.34/],
    [FargateDeployment.canary({ stepTime: Duration.days(2) }), /`stepTime` of a deployment of 2 days is out of bounds/],
    [
      FargateDeployment.blueGreen({ bakeTime: Duration.days(2) }),
      /`bakeTime` of a deployment of 2 days is out of bounds/,
    ],
  ])('fails where ECS would refuse it (%#)', (deployment, message) => {
    expect(() => moved(deployment)).toThrow(message);
  });

  test('the template of each kind is whole', () => {
    for (const deployment of [FargateDeployment.rolling(), FargateDeployment.blueGreen(), FargateDeployment.canary()]) {
      const stack = stackIn();
      notesServer(stack, { hosting: anyContainer({ deployment }) });
      // Template.fromStack refuses templates whose resources wait for each other in a circle.
      expect(() => Template.fromStack(stack)).not.toThrow();
    }
  });
});
