/** What a reviewer's tools say about every way to host a server on Fargate, and what no tool says. */
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import {
  ContentModeration,
  FargateDeployment,
  McpAuthorization,
  McpHosting,
  McpObservability,
  McpSessions,
  OutputPolicy,
  type SecureMcpServerProps,
} from 'cdk-mcp';
import { context } from '../../../cdk.json';
import { NotesStack } from '../../../examples/notes/stack';
import { findings } from '../findings';
import { notesServer, oneClient, resourcesOf } from '../support';
import { anyContainer, ownDomain } from './fargate-support';

const SECRET_NOT_ROTATED = { id: 'AwsSolutions-SMG4', reason: 'the secret is the test’s, not the library’s' };
const NO_FLOW_LOG = { id: 'AwsSolutions-VPC7', reason: 'the network is the test’s, not the library’s' };

function ownSecret(stack: Stack): EcsSecret {
  const secret = new Secret(stack, 'Secret');
  Validations.of(secret).acknowledge(SECRET_NOT_ROTATED);
  return EcsSecret.fromSecretsManager(secret);
}

function ownVpc(stack: Stack): Vpc {
  const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
  Validations.of(vpc).acknowledge(NO_FLOW_LOG);
  return vpc;
}

const issuer = 'https://id.example.com';
const provider = () => McpAuthorization.oidc({ issuer, jwksUri: `${issuer}/keys`, clients: ['desktop'] });

const BUILDS: [string, (stack: Stack) => Partial<SecureMcpServerProps>][] = [
  ['a container', () => ({ hosting: anyContainer() })],
  [
    'a server that is its own guard',
    () => ({
      hosting: McpHosting.fargateNodejs({ entry: join(__dirname, 'fixtures', 'server.ts') }),
      sessions: McpSessions.dynamodb(),
    }),
  ],
  ['a domain of its own', (stack) => ({ hosting: anyContainer(), endpoint: ownDomain(stack) })],
  ['a VPC of one’s own', (stack) => ({ hosting: anyContainer({ vpc: ownVpc(stack) }) })],
  ['a provider that exists', (stack) => ({ hosting: anyContainer({ vpc: ownVpc(stack) }), authorization: provider() })],
  [
    'a pool that exists',
    (stack) => ({
      hosting: anyContainer(),
      authorization: McpAuthorization.userPool(UserPool.fromUserPoolId(stack, 'Pool', 'eu-central-1_abc'), {
        clients: [oneClient()],
        loginUrl: 'https://acme.auth.eu-central-1.amazoncognito.com',
      }),
    }),
  ],
  ['blue/green', () => ({ hosting: anyContainer({ deployment: FargateDeployment.blueGreen() }) })],
  ['a canary', () => ({ hosting: anyContainer({ deployment: FargateDeployment.canary() }) })],
  [
    'secrets, folders to write to and moderation',
    (stack) => ({
      hosting: anyContainer({ secrets: { KEY: ownSecret(stack) }, writablePaths: ['/tmp'] }),
      output: new OutputPolicy({
        moderation: ContentModeration.bedrockGuardrail({ guardrailId: 'abc123', guardrailVersion: '1' }),
      }),
    }),
  ],
  [
    'a key of one’s own',
    (stack) => ({ hosting: anyContainer(), encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }) }),
  ],
  [
    'no alarms',
    () => ({ hosting: anyContainer(), observability: McpObservability.standard({ alarms: false, dashboard: false }) }),
  ],
];

const EXAMPLES = ['fargate', 'fargate-nodejs'];

describe('reviewers’ tools', () => {
  test.each(BUILDS)('O1 O7 nag and the CloudFormation validator find nothing in %s on Fargate', (_name, propsOf) => {
    const app = new App({ context });
    const stack = new Stack(app, 'Test');
    notesServer(stack, propsOf(stack));
    expect(findings(app)).toEqual([]);
  });

  test.each(EXAMPLES)(
    'O1 O7 nothing either in the example with hosting %s, and with every recommended flag',
    (hosting) => {
      const app = new App({ context: { ...flags, ...context, hosting } });
      new NotesStack(app, 'NotesStack');
      expect(findings(app)).toEqual([]);
    },
  );
});

describe.each(BUILDS)('what no tool finds, with %s', (_name, propsOf) => {
  const stack = new Stack(new App(), 'Test');
  notesServer(stack, propsOf(stack));
  const template = Template.fromStack(stack);

  test('T1 the MCP path is behind the authorizer', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    const mcp = routes.filter(({ RouteKey }) => RouteKey.endsWith(' /mcp'));
    expect(mcp).toHaveLength(3);
    for (const { AuthorizationType } of mcp) expect(AuthorizationType).toBe('JWT');
  });

  test('T4 no statement allows an action by wildcard, and * as a resource only where IAM has nothing narrower', () => {
    const narrowest = /^(ecr:GetAuthorizationToken|elasticloadbalancing:Describe|xray:Put|cloudwatch:DescribeAlarms)/;
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
      if (!id.startsWith('Notes')) continue;
      for (const { Action, Resource } of Properties.PolicyDocument.Statement) {
        expect([Action].flat().filter((action: string) => action.includes('*'))).toEqual([]);
        if (Resource === '*') for (const action of [Action].flat()) expect(action).toMatch(narrowest);
      }
    }
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Role')) {
      if (id.startsWith('Notes')) expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('O1 tasks and load balancer have no public address, and nobody from outside is let in', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ECS::Service')) {
      expect(Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp).toBe('DISABLED');
    }
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')) {
      expect(Properties.Scheme).toBe('internal');
    }
    for (const type of ['AWS::EC2::SecurityGroup', 'AWS::EC2::SecurityGroupIngress']) {
      for (const [, { Properties }] of resourcesOf(template, type)) {
        expect(JSON.stringify(Properties.SecurityGroupIngress ?? Properties.CidrIp ?? '')).not.toContain('0.0.0.0/0');
        expect(JSON.stringify(Properties.SecurityGroupIngress ?? Properties.CidrIpv6 ?? '')).not.toContain('::/0');
      }
    }
  });

  test('O1 no container may change itself, has a privilege or is root', () => {
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ECS::TaskDefinition')) {
      for (const container of Properties.ContainerDefinitions) {
        expect(container).toMatchObject({
          ReadonlyRootFilesystem: true,
          Privileged: false,
          User: expect.stringMatching(/^[1-9]/),
          LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
        });
      }
    }
  });
});
