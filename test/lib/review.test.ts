/** What a reviewer's tools say about every way to build a server, and what no tool says. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Mfa, StandardThreatProtectionMode, UserPool } from 'aws-cdk-lib/aws-cognito';
import { FlowLogDestination, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import {
  ClientRegistration,
  LambdaDeployment,
  McpAuthorization,
  McpEndpoint,
  McpObservability,
  type SecureMcpServer,
} from 'cdk-mcp';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { context } from '../../cdk.json';
import { NotesStack } from '../../examples/notes/stack';
import { anyHosting, notesServer, oneClient, resourcesOf, text } from './support';

type Build = (stack: Stack) => unknown;

function inVpc(stack: Stack): SecureMcpServer {
  const vpc = new Vpc(stack, 'Vpc', {
    natGateways: 1,
    flowLogs: { all: { destination: FlowLogDestination.toCloudWatchLogs() } },
  });
  return notesServer(stack, {
    hosting: anyHosting({ vpc, securityGroups: [new SecurityGroup(stack, 'Group', { vpc })] }),
  });
}

function withDomain(stack: Stack): SecureMcpServer {
  const arn = 'arn:aws:acm:eu-central-1:111111111111:certificate/11111111-2222-3333-4444-555555555555';
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', arn);
  const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: 'Z1',
    zoneName: 'example.com',
  });
  return notesServer(stack, {
    endpoint: McpEndpoint.httpApi({ domain: { domainName: 'mcp.example.com', certificate, hostedZone } }),
  });
}

function withEverySignInOption(stack: Stack): SecureMcpServer {
  const authorization = McpAuthorization.cognito({
    clients: [oneClient(), ClientRegistration.clientIdMetadata({ allowedHosts: ['a.example'] })],
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { sms: true, otp: true },
    passkeys: true,
    threatProtection: StandardThreatProtectionMode.FULL_FUNCTION,
    branding: { serviceName: 'Acme' },
  });
  return notesServer(stack, { authorization });
}

function onExistingPool(stack: Stack): SecureMcpServer {
  const pool = UserPool.fromUserPoolId(stack, 'Pool', 'eu-central-1_abc');
  return notesServer(stack, {
    authorization: McpAuthorization.userPool(pool, {
      clients: [oneClient()],
      loginUrl: 'https://acme.auth.eu-central-1.amazoncognito.com',
    }),
  });
}

function onExistingProvider(stack: Stack): SecureMcpServer {
  const issuer = 'https://id.example.com';
  const authorization = McpAuthorization.oidc({ issuer, jwksUri: `${issuer}/keys`, clients: ['desktop'] });
  const server = notesServer(stack, { authorization });
  server.addMachineClient('reporting', { scopes: ['notes:read'] });
  return server;
}

const PROVIDER = 'a provider that exists';

const BUILDS: [string, Build][] = [
  ['the smallest server', (stack) => notesServer(stack)],
  [
    'an audit archive',
    (stack) =>
      notesServer(stack, {
        observability: McpObservability.standard({ auditArchive: { retention: Duration.days(400) } }),
        encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
      }),
  ],
  ['machine clients', (stack) => notesServer(stack).addMachineClient('m', { scopes: ['notes:read'] })],
  [
    'services behind it',
    (stack) =>
      notesServer(stack, { downstream: [{ audience: 'https://billing.example.com', scopes: ['notes:read'] }] }),
  ],
  ['a VPC of one’s own', inVpc],
  ['a custom domain', withDomain],
  ['a canary', (stack) => notesServer(stack, { hosting: anyHosting({ deployment: LambdaDeployment.canary() }) })],
  [
    'no alarms and no dashboard',
    (stack) =>
      notesServer(stack, {
        observability: McpObservability.standard({ alarms: false, dashboard: false, savedQueries: false }),
      }),
  ],
  [
    'named origins',
    (stack) => notesServer(stack, { endpoint: McpEndpoint.httpApi({ allowedOrigins: ['https://a.example'] }) }),
  ],
  [
    'a key of one’s own',
    (stack) => notesServer(stack, { encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }) }),
  ],
  ['every option of signing in', withEverySignInOption],
  ['a pool that exists', onExistingPool],
  [PROVIDER, onExistingProvider],
  [
    'dynamic registration',
    (stack) =>
      notesServer(stack, { authorization: McpAuthorization.cognito({ clients: [ClientRegistration.dynamic()] }) }),
  ],
];

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string }[] }[];
}

/** Names of all findings, warnings included. */
function findings(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const report = join(app.outdir, 'validation-report.json');
  try {
    app.synth();
  } catch (error) {
    if (!existsSync(report)) throw error;
  }
  const { pluginReports }: Report = JSON.parse(readFileSync(report, 'utf8'));
  return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}

describe('reviewers’ tools', () => {
  test.each(BUILDS)('O7 nag and the CloudFormation validator find nothing in %s', (name, build) => {
    const app = new App({ context });
    const stack = new Stack(app, 'Test');
    build(stack);
    // The network is the test's, not the library's.
    if (name.includes('VPC'))
      Validations.of(stack.node.findChild('Vpc')).acknowledge({ id: 'AwsSolutions-VPC7', reason: 'test' });
    expect(findings(app)).toEqual([]);
  });

  test('O7 nothing either in the example, and with every recommended feature flag', () => {
    const app = new App({ context: { ...flags, ...context } });
    new NotesStack(app, 'NotesStack');
    expect(findings(app)).toEqual([]);
  });

  test('O7 what a user adds is still checked: no waiver hides a wildcard in a grant', () => {
    const app = new App({ context });
    const stack = new Stack(app, 'Test');
    const bucket = Bucket.fromBucketName(stack, 'Bucket', 'some-bucket');
    bucket.grantRead(notesServer(stack));
    expect(findings(app)).toEqual(
      expect.arrayContaining([expect.stringContaining('AwsSolutions-IAM5[Action::s3:GetObject*]')]),
    );
  });

  test('O7 each waiver has a reason', () => {
    const app = new App({ context });
    const stack = new Stack(app, 'Test');
    notesServer(stack);
    const reasons = stack.node
      .findAll()
      .flatMap((node) => node.node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
      .flatMap(({ data }) => Object.values(data as Record<string, unknown>));
    expect(reasons.length).toBeGreaterThan(8);
    for (const reason of reasons) expect(JSON.stringify(reason).length).toBeGreaterThan(60);
  });
});

/** The function, or its alias. */
function referredIn(value: { Ref?: string; 'Fn::GetAtt'?: string[] }): string | undefined {
  return value.Ref ?? value['Fn::GetAtt']?.[0];
}

function built(build: Build): Stack {
  const stack = new Stack(new App(), 'Test');
  build(stack);
  return stack;
}

const STACKS: [string, () => Stack][] = [
  ...BUILDS.map(([name, build]): [string, () => Stack] => [name, () => built(build)]),
  ['the example', () => new NotesStack(new App(), 'NotesStack')],
];

describe.each(STACKS)('what no tool finds, with %s', (_name, stackOf) => {
  const template = Template.fromStack(stackOf());
  const resources = template.toJSON().Resources;

  test('T1 a route has an authorizer of this API, or belongs to those without which nobody gets a token', () => {
    const authorizers = resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer').map(([id]) => id);
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ApiGatewayV2::Route')) {
      if (/ \/(\.well-known|oauth2)\//.test(Properties.RouteKey)) expect(Properties.AuthorizationType).toBe('NONE');
      else expect(authorizers).toContain(Properties.AuthorizerId.Ref);
    }
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ApiGatewayV2::Authorizer')) {
      expect(Properties.JwtConfiguration.Issuer).toBeDefined();
      expect(Properties.JwtConfiguration.Audience.length).toBeGreaterThan(0);
    }
  });

  test('every function behind an integration may be invoked by the API, on the routes it has', () => {
    const permitted = resourcesOf(template, 'AWS::Lambda::Permission').map(
      ([, { Properties }]) => `${referredIn(Properties.FunctionName)} ${text(Properties.SourceArn).split('/*/')[1]}`,
    );
    for (const [, { Properties }] of resourcesOf(template, 'AWS::ApiGatewayV2::Route')) {
      const integration = resources[Properties.Target['Fn::Join'][1][1].Ref];
      const target = referredIn(integration.Properties.IntegrationUri);
      expect(permitted).toContain(`${target} ${Properties.RouteKey.replace(' ', '')}`);
    }
  });

  test('T4 no statement allows an action by wildcard, and * as a resource only where IAM has nothing narrower', () => {
    for (const [id, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
      if (!/Notes(Server|Broker|Documents)Role/.test(id)) continue;
      for (const { Action, Resource } of Properties.PolicyDocument.Statement) {
        expect([Action].flat().filter((action: string) => action.includes('*'))).toEqual([]);
        if (Resource === '*') expect([Action].flat().join()).toMatch(/^(xray:Put|ec2:)/);
      }
    }
  });

  test('T4 each function has a role of its own, without managed policies', () => {
    const functions = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => id.includes('Notes'));
    const roles = functions.map(([, { Properties }]) => Properties.Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(2);
    for (const role of roles) expect(resources[role].Properties.ManagedPolicyArns).toBeUndefined();
  });
});

describe.each(STACKS.filter(([name]) => name !== PROVIDER))(
  'what no tool finds of pool and broker, with %s',
  (_name, stackOf) => {
    const template = Template.fromStack(stackOf());

    test('every scope of a route or client is one the resource server defines', () => {
      const defined = resourcesOf(template, 'AWS::Cognito::UserPoolResourceServer').flatMap(([, { Properties }]) =>
        Properties.Scopes.map(({ ScopeName }: { ScopeName: string }) => `${text(Properties.Identifier)}/${ScopeName}`),
      );
      const clients = resourcesOf(template, 'AWS::Cognito::UserPoolClient').flatMap(
        ([, { Properties }]) => Properties.AllowedOAuthScopes,
      );
      const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').flatMap(
        ([, { Properties }]) => Properties.AuthorizationScopes ?? [],
      );
      expect(clients.length).toBeGreaterThan(0);
      expect(routes.length).toBeGreaterThan(0);
      for (const scope of [...clients, ...routes].map(text)) expect(defined).toContain(scope);
    });

    test('every app client waits for the scopes it names', () => {
      const [[server]] = resourcesOf(template, 'AWS::Cognito::UserPoolResourceServer') as [[string, unknown]];
      for (const [, client] of resourcesOf(template, 'AWS::Cognito::UserPoolClient'))
        expect(client.DependsOn).toContain(server);
    });

    test('T4 the broker may write its log and trace, use single items of its table, and read its secret', () => {
      const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
        JSON.stringify(Properties.Roles).includes('BrokerRole'),
      );
      const actions = policies.flatMap(([, { Properties }]) =>
        Properties.PolicyDocument.Statement.flatMap((s: { Action: string[] }) => s.Action),
      );
      expect(actions.filter((action) => !action.startsWith('kms:')).sort()).toEqual([
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'secretsmanager:GetSecretValue',
        'xray:PutTelemetryRecords',
        'xray:PutTraceSegments',
      ]);
    });
  },
);

describe('the example', () => {
  test.each([
    [{}, false],
    [{ dynamic: 'true' }, true],
    [{ dynamic: 'false' }, false],
  ])('A9 with the context %j lets clients register themselves: %s', (chosen, registers) => {
    const template = Template.fromStack(new NotesStack(new App({ context: chosen }), 'NotesStack'));
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
    expect(routes.includes('POST /oauth2/register')).toBe(registers);
  });
});
