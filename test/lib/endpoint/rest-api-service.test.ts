import { Fn, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ApplicationLoadBalancer,
  ApplicationProtocol,
  ListenerAction,
  ListenerCertificate,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { McpHosting } from 'cdk-mcp';
import type { HostingBinding } from '../../../lib/private/bindings';
import { anyContainer, variables } from '../hosting/fargate-support';
import { notesServer, onlyResource, resourcesOf, stackIn, text } from '../support';
import { methodsOf, restApi } from './rest-support';

/** A service behind an internal load balancer, whoever made it. */
function behindLoadBalancer(stack: Stack, tls: boolean): McpHosting {
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
  const loadBalancer = new ApplicationLoadBalancer(stack, 'LoadBalancer', { vpc, internetFacing: false });
  const listener = loadBalancer.addListener('Listener', {
    protocol: tls ? ApplicationProtocol.HTTPS : ApplicationProtocol.HTTP,
    certificates: tls ? [ListenerCertificate.fromArn('arn:aws:acm:eu-central-1:1:certificate/x')] : undefined,
    defaultAction: ListenerAction.fixedResponse(200),
    open: false,
  });
  const binding: HostingBinding = {
    target: {
      kind: 'service',
      vpc,
      subnets: { subnets: vpc.isolatedSubnets },
      loadBalancer,
      listener,
      tlsName: tls ? 'mcp.example.com' : undefined,
    },
    role: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') }),
    logGroup: new LogGroup(stack, 'Logs'),
    gradual: false,
    metrics: { cost: { title: 'Cost', metrics: [] }, utilization: [] },
  };
  return { _bind: () => binding } as unknown as McpHosting;
}

function templateWith(tls: boolean): Template {
  const stack = stackIn();
  notesServer(stack, { endpoint: restApi(stack), hosting: behindLoadBalancer(stack, tls) });
  return Template.fromStack(stack);
}

describe('a service behind the REST API', () => {
  const template = templateWith(true);

  test('O1 is reached over a VPC link of the newer kind, and streams', () => {
    const [[link]] = resourcesOf(template, 'AWS::ApiGatewayV2::VpcLink') as [[string, unknown]];
    const [[balancer]] = resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer') as [[string, unknown]];
    for (const verb of ['POST', 'GET', 'DELETE']) {
      const { AuthorizationType, Integration } = methodsOf(template)[`${verb} /mcp`];
      expect(AuthorizationType).toBe('CUSTOM');
      expect(Integration).toEqual({
        Type: 'HTTP_PROXY',
        IntegrationHttpMethod: verb,
        Uri: 'https://mcp.example.com/mcp',
        ConnectionType: 'VPC_LINK',
        ConnectionId: { Ref: link },
        IntegrationTarget: { Ref: balancer },
        RequestParameters: { 'integration.request.header.x-mcp-request-id': 'context.requestId' },
        ResponseTransferMode: 'STREAM',
        TimeoutInMillis: 900_000,
      });
    }
  });

  test('T4 no function may be invoked for it, and the link talks to the listener alone', () => {
    const invoked = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties }]) =>
      text(Properties.SourceArn),
    );
    expect(invoked.filter((arn) => /(POST|GET|DELETE)\/mcp$/.test(arn))).toEqual([]);
    const group = resourcesOf(template, 'AWS::EC2::SecurityGroup').find(([id]) => id.includes('VpcLinkSecurityGroup'));
    expect(group?.[1].Properties).not.toHaveProperty('SecurityGroupIngress');
    const egress = resourcesOf(template, 'AWS::EC2::SecurityGroupEgress').map(([, { Properties }]) => Properties);
    expect(egress).toMatchObject([{ FromPort: 443, ToPort: 443, GroupId: { 'Fn::GetAtt': [group?.[0], 'GroupId'] } }]);
    const ingress = onlyResource(template, 'AWS::EC2::SecurityGroupIngress').Properties;
    expect(ingress).toMatchObject({ FromPort: 443, SourceSecurityGroupId: { 'Fn::GetAtt': [group?.[0], 'GroupId'] } });
  });
});

test('O1 a listener without TLS is asked without it, under the same host', () => {
  expect(methodsOf(templateWith(false))['POST /mcp'].Integration.Uri).toBe('http://mcp.example.com/mcp');
});

describe('the stage', () => {
  const attributes = {
    vpcId: 'vpc-11111111',
    availabilityZones: ['a', 'b'],
    privateSubnetIds: ['subnet-11111111', 'subnet-22222222'],
  };

  function deploymentIn(vpcOf: (stack: Stack) => IVpc): string {
    const stack = stackIn();
    notesServer(stack, { endpoint: restApi(stack), hosting: anyContainer({ vpc: vpcOf(stack) }) });
    return onlyResource(Template.fromStack(stack), 'AWS::ApiGateway::Stage').Properties.DeploymentId.Ref;
  }
  const withAttributes = (changed: object) =>
    deploymentIn((stack) => Vpc.fromVpcAttributes(stack, 'Vpc', { ...attributes, ...changed }));

  test('O1 is deployed again when the network changes, which replaces the link, and only then', () => {
    const before = withAttributes({});
    expect(withAttributes({})).toBe(before);
    expect(withAttributes({ privateSubnetIds: ['subnet-11111111', 'subnet-33333333'] })).not.toBe(before);
    expect(withAttributes({ vpcId: 'vpc-22222222' })).not.toBe(before);
  });

  test('O1 is deployed for subnets that are known only at deploy time', () => {
    const later = (name: string) => ({ privateSubnetIds: Fn.split(',', Fn.importValue(name), 2) });
    const before = withAttributes(later('Subnets'));
    expect(withAttributes(later('Subnets'))).toBe(before);
    expect(withAttributes(later('Others'))).not.toBe(before);
  });
});

test('O1 a service is told that its answers leave as they are written', () => {
  const stack = stackIn();
  notesServer(stack, { endpoint: restApi(stack), hosting: anyContainer() });
  expect(variables(Template.fromStack(stack), 'Guard')).toMatchObject({
    MCP_STREAMS: 'true',
    MCP_ANSWER_SECONDS: '899',
  });
});
