import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster, ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { ContentModeration, McpAuthorization, type McpHosting, McpObservability, OutputPolicy } from 'cdk-mcp';
import { restApi } from '../endpoint/rest-support';
import { notesServer, onlyResource, resourcesOf, stackIn, templateOf, text } from '../support';
import { anyContainer, ownDomain } from './fargate-support';

/** Every rule of every security group, inline or apart. */
function rules(template: Template, direction: 'Ingress' | 'Egress') {
  const inline = resourcesOf(template, 'AWS::EC2::SecurityGroup').flatMap(([id, { Properties }]) =>
    (Properties[`SecurityGroup${direction}`] ?? []).map((rule: Record<string, unknown>) => ({ of: id, ...rule })),
  );
  const apart = resourcesOf(template, `AWS::EC2::SecurityGroup${direction}`).map(([, { Properties }]) => ({
    of: Properties.GroupId['Fn::GetAtt'][0],
    ...Properties,
  }));
  return [...inline, ...apart];
}

function serviceNames(template: Template): string[] {
  return resourcesOf(template, 'AWS::EC2::VPCEndpoint')
    .map(
      ([, { Properties }]) =>
        text(Properties.ServiceName).split('.').slice(3).join('.') || text(Properties.ServiceName),
    )
    .sort();
}

describe('a VPC made here', () => {
  const template = templateOf({ hosting: anyContainer() });

  test('O1 has private subnets in two zones, and no way to the internet', () => {
    const subnets = resourcesOf(template, 'AWS::EC2::Subnet').map(([, { Properties }]) => Properties);
    expect(subnets.map(({ AvailabilityZone }) => AvailabilityZone)).toEqual([
      { 'Fn::Select': [0, { 'Fn::GetAZs': '' }] },
      { 'Fn::Select': [1, { 'Fn::GetAZs': '' }] },
    ]);
    for (const { MapPublicIpOnLaunch } of subnets) expect(MapPublicIpOnLaunch).toBe(false);
    for (const type of ['AWS::EC2::InternetGateway', 'AWS::EC2::NatGateway', 'AWS::EC2::EIP', 'AWS::EC2::Route']) {
      template.resourceCountIs(type, 0);
    }
  });

  test('O1 reaches what the server is known to need, and that alone', () => {
    expect(serviceNames(template)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/ecr\.api/),
        expect.stringMatching(/ecr\.dkr/),
        expect.stringMatching(/logs/),
        expect.stringMatching(/cognito-idp/),
        expect.stringMatching(/xray/),
      ]),
    );
    expect(serviceNames(template)).toHaveLength(7);
    const output = new OutputPolicy({
      moderation: ContentModeration.bedrockGuardrail({ guardrailId: 'abc123', guardrailVersion: '1' }),
    });
    expect(serviceNames(templateOf({ hosting: anyContainer(), output })).join()).toContain('bedrock-runtime');
  });

  test('O1 O4 its endpoints are for the tasks alone, and it writes down what it rejects', () => {
    const endpoints = resourcesOf(template, 'AWS::EC2::VPCEndpoint').filter(
      ([, { Properties }]) => Properties.VpcEndpointType === 'Interface',
    );
    expect(endpoints).toHaveLength(5);
    for (const [, { Properties }] of endpoints) {
      expect(Properties.PrivateDnsEnabled).toBe(true);
      expect(Properties.SecurityGroupIds).toEqual([
        { 'Fn::GetAtt': [expect.stringContaining('EndpointGroup'), 'GroupId'] },
      ]);
    }
    expect(onlyResource(template, 'AWS::EC2::FlowLog').Properties.TrafficType).toBe('REJECT');
  });

  test('fails for a token issuer, a user pool of another region and an image that are out of its reach', () => {
    const authorization = McpAuthorization.oidc({
      issuer: 'https://id.example.com',
      jwksUri: 'https://id.example.com/keys',
      clients: ['a'],
    });
    expect(() => templateOf({ hosting: anyContainer(), authorization })).toThrow(
      /no way to the keys of a token issuer that is not a user pool of this region: give `vpc`/,
    );
    expect(() =>
      templateOf({ hosting: anyContainer({ image: ContainerImage.fromRegistry('example/server') }) }),
    ).toThrow(/image 'example\/server' is out of reach of a VPC made here/);
    const cached = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/docker-hub/example/server';
    expect(() => templateOf({ hosting: anyContainer({ image: ContainerImage.fromRegistry(cached) }) })).not.toThrow();
  });

  test('T10 fails for spans that could not leave it; beside the server they can', () => {
    const tracedTo = (otlpEndpoint: string) => () =>
      templateOf({
        hosting: anyContainer(),
        observability: McpObservability.standard({ tracing: { otlpEndpoint } }),
      });
    expect(tracedTo('https://otlp.example.com')).toThrow(
      /no way to otlpEndpoint 'https:\/\/otlp.example.com': leave it out to send spans to X-Ray, or give `vpc`/,
    );
    expect(tracedTo('http://127.0.0.1:4318')).not.toThrow();
  });

  test('O1 synth warns in the region with a zone that VPC links do not take, and in no other', () => {
    const stackWith = (region?: string) => {
      const stack = new Stack(new App(), 'Test', { env: { region } });
      notesServer(stack, { hosting: anyContainer() });
      return Annotations.fromStack(stack);
    };
    const warning = Match.stringLikeRegexp('use1-az3');
    stackWith('us-east-1').hasWarning('*', warning);
    stackWith('eu-central-1').hasNoWarning('*', warning);
    stackWith().hasNoWarning('*', warning);
  });
});

describe('security groups', () => {
  const template = templateOf({ hosting: anyContainer() });

  test('O1 nothing is open to everybody', () => {
    for (const rule of rules(template, 'Ingress')) {
      expect(rule.CidrIp).toBeUndefined();
      expect(rule.CidrIpv6).toBeUndefined();
      expect(rule.SourceSecurityGroupId).toBeDefined();
    }
  });

  test('O1 the link reaches the load balancer, the load balancer the guard’s port, the tasks the endpoints: no other way', () => {
    const name = (id: string) => /(LinkGroup|LoadBalancingGroup|EndpointGroup|ServerGroup)/.exec(id)?.[1];
    const ways = rules(template, 'Ingress').map(
      ({ of, SourceSecurityGroupId, FromPort, ToPort }) =>
        `${name(SourceSecurityGroupId['Fn::GetAtt'][0])} → ${name(of)} ${FromPort}-${ToPort}`,
    );
    expect(ways.sort()).toEqual([
      'LinkGroup → LoadBalancingGroup 80-80',
      'LoadBalancingGroup → ServerGroup 8080-8080',
      'ServerGroup → EndpointGroup 443-443',
    ]);
  });

  test('O1 what leaves is as narrow', () => {
    const name = (id: string) => /(LinkGroup|LoadBalancingGroup|EndpointGroup|ServerGroup)/.exec(id)?.[1];
    const ways = rules(template, 'Egress').map(
      ({ of, DestinationSecurityGroupId, CidrIp, FromPort }) =>
        `${name(of)} → ${CidrIp ?? name(DestinationSecurityGroupId['Fn::GetAtt'][0])} ${FromPort}`,
    );
    expect(ways.sort()).toEqual([
      // The rule for nothing, which keeps AWS from adding one for everything.
      'EndpointGroup → 255.255.255.255/32 252',
      'LinkGroup → LoadBalancingGroup 80',
      'LoadBalancingGroup → ServerGroup 8080',
      'ServerGroup → 0.0.0.0/0 443',
    ]);
  });

  test('O1 more is opened by the server’s connections', () => {
    const stack = stackIn();
    const server = notesServer(stack, { hosting: anyContainer() });
    const database = new SecurityGroup(stack, 'Database', { vpc: server.service!.cluster.vpc });
    server.connections.allowTo(
      database,
      (require('aws-cdk-lib/aws-ec2') as typeof import('aws-cdk-lib/aws-ec2')).Port.POSTGRES,
    );
    expect(rules(Template.fromStack(stack), 'Egress')).toEqual(
      expect.arrayContaining([expect.objectContaining({ FromPort: 5432 })]),
    );
  });
});

describe('the load balancer', () => {
  test('O1 is internal, drops headers that are none, and asks the guard for its health', () => {
    const template = templateOf({ hosting: anyContainer() });
    const { Scheme, LoadBalancerAttributes } = onlyResource(
      template,
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
    ).Properties;
    expect(Scheme).toBe('internal');
    expect(LoadBalancerAttributes).toEqual(
      expect.arrayContaining([
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
        { Key: 'idle_timeout.timeout_seconds', Value: '60' },
      ]),
    );
    const group = onlyResource(template, 'AWS::ElasticLoadBalancingV2::TargetGroup').Properties;
    expect(group).toMatchObject({
      HealthCheckPath: '/health',
      Matcher: { HttpCode: '200' },
      Port: 8080,
      TargetType: 'ip',
    });
    expect(group.TargetGroupAttributes).toEqual(
      expect.arrayContaining([{ Key: 'deregistration_delay.timeout_seconds', Value: '35' }]),
    );
  });

  test('O1 lets calls end that run when a task leaves, as long as the endpoint waits for them', () => {
    const delayOf = (hosting: McpHosting, rest = true) => {
      const stack = stackIn();
      notesServer(stack, { hosting, endpoint: rest ? restApi(stack) : undefined });
      const group = onlyResource(Template.fromStack(stack), 'AWS::ElasticLoadBalancingV2::TargetGroup').Properties;
      return group.TargetGroupAttributes.find(
        ({ Key }: { Key: string }) => Key === 'deregistration_delay.timeout_seconds',
      ).Value;
    };
    expect(delayOf(anyContainer())).toBe('905');
    expect(delayOf(anyContainer({ drain: Duration.seconds(10) }))).toBe('905');
    expect(delayOf(anyContainer({ drain: Duration.seconds(10) }), false)).toBe('35');
    expect(delayOf(anyContainer({ drain: Duration.seconds(90) }), false)).toBe('90');
  });

  test('O4 speaks TLS 1.2 or later with the endpoint’s certificate, which the endpoint checks by name', () => {
    const stack = stackIn();
    notesServer(stack, { hosting: anyContainer(), endpoint: ownDomain(stack) });
    const template = Template.fromStack(stack);
    expect(onlyResource(template, 'AWS::ElasticLoadBalancingV2::Listener').Properties).toMatchObject({
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      Certificates: [{ CertificateArn: expect.stringContaining('arn:aws:acm') }],
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      ConnectionType: 'VPC_LINK',
      TlsConfig: { ServerNameToVerify: 'mcp.example.com' },
    });
    expect(rules(template, 'Ingress')).toEqual(expect.arrayContaining([expect.objectContaining({ FromPort: 443 })]));
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('plain HTTP'));
  });

  test('O4 without a certificate synth warns of plain HTTP inside the VPC', () => {
    const stack = stackIn();
    notesServer(stack, { hosting: anyContainer() });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('plain HTTP from the endpoint’s VPC link'));
  });

  test('O6 the access log’s id of a request reaches the guard, whatever a client sent under its name', () => {
    templateOf({ hosting: anyContainer() }).hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      ConnectionType: 'VPC_LINK',
      RequestParameters: { 'overwrite:header.x-mcp-request-id': '$context.requestId' },
    });
  });

  test('T1 every method of the MCP path comes through the authorizer, and the VPC link is behind those routes alone', () => {
    const template = templateOf({ hosting: anyContainer() });
    const [[link]] = resourcesOf(template, 'AWS::ApiGatewayV2::Integration').filter(
      ([, { Properties }]) => Properties.ConnectionType === 'VPC_LINK',
    ) as [[string, unknown]];
    const behind = resourcesOf(template, 'AWS::ApiGatewayV2::Route').filter(([, { Properties }]) =>
      JSON.stringify(Properties.Target).includes(`"${link}"`),
    );
    expect(behind.map(([, { Properties }]) => [Properties.RouteKey, Properties.AuthorizationType])).toEqual([
      ['POST /mcp', 'JWT'],
      ['GET /mcp', 'JWT'],
      ['DELETE /mcp', 'JWT'],
    ]);
  });
});

describe('a VPC of one’s own', () => {
  const vpcIn = (stack: Stack, azs = 2) => new Vpc(stack, 'Vpc', { maxAzs: azs, natGateways: 1 });

  test('O1 takes tasks and load balancer into its private subnets', () => {
    const stack = stackIn();
    const vpc = vpcIn(stack);
    notesServer(stack, { hosting: anyContainer({ vpc }) });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::EC2::VPC', 1);
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 0);
    const expected = stack.resolve(vpc.privateSubnets.map(({ subnetId }) => subnetId));
    expect(onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties.Subnets).toEqual(expected);
    expect(onlyResource(template, 'AWS::ApiGatewayV2::VpcLink').Properties.SubnetIds).toEqual(expected);
    expect(
      onlyResource(template, 'AWS::ECS::Service').Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets,
    ).toEqual(expected);
  });

  test('O1 a cluster that exists brings its VPC', () => {
    const stack = stackIn();
    const cluster = new Cluster(stack, 'Cluster', { vpc: vpcIn(stack) });
    notesServer(stack, { hosting: anyContainer({ cluster }) });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::ECS::Cluster', 1);
    template.resourceCountIs('AWS::EC2::VPC', 1);
  });

  test('O1 any provider’s keys are its owner’s to reach', () => {
    const stack = stackIn();
    const authorization = McpAuthorization.oidc({
      issuer: 'https://id.example.com',
      jwksUri: 'https://id.example.com/keys',
      clients: ['a'],
    });
    notesServer(stack, { authorization, hosting: anyContainer({ vpc: vpcIn(stack) }) });
    Template.fromStack(stack).resourceCountIs('AWS::ECS::Service', 1);
  });

  test('fails for public subnets, for one zone, and for two networks at a time', () => {
    const stack = stackIn();
    const vpc = vpcIn(stack);
    const hosted = (id: string, options: Parameters<typeof anyContainer>[0]) => () =>
      notesServer(stack, { hosting: anyContainer(options) }, id);
    expect(hosted('A', { vpc, vpcSubnets: { subnetType: SubnetType.PUBLIC } })).toThrow(/`vpcSubnets` are public/);
    expect(hosted('B', { vpc: new Vpc(stack, 'Small', { maxAzs: 1 }) })).toThrow(/the subnets are in one zone/);
    const cluster = new Cluster(stack, 'Cluster', { vpc: new Vpc(stack, 'Other') });
    expect(hosted('C', { vpc, cluster })).toThrow(/`vpc` is not that of `cluster`/);
    expect(hosted('D', { vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } })).toThrow(
      /`vpcSubnets` are of no VPC/,
    );
  });
});
