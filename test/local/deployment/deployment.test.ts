import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Deployment, readDeployment } from '../../../local/deployment/deployment';
import { readAssembly } from '../../../local/template/assembly';
import type { Template } from '../../../local/template/template';
import { changed, withResource, writeAssembly } from '../fixtures/assembly';
import { SMALL_STACK, SMALL_TEMPLATE } from '../fixtures/small-stack';

function deploy(template: Template = SMALL_TEMPLATE, port = 4100): Deployment {
  return readDeployment(readAssembly(writeAssembly([{ ...SMALL_STACK, template }])), port);
}

const change = (logicalId: string, properties: Record<string, unknown>) =>
  changed(SMALL_TEMPLATE, logicalId, properties);

describe('one table of origins', () => {
  test('API, token issuer and sign-in get ports in this order', () => {
    expect(
      deploy().endpoints.map(({ kind, deployed, local }) => [
        kind,
        deployed.replace(/\/\/[a-z0-9]{10}\./, '//id.'),
        local,
      ]),
    ).toEqual([
      ['execute-api', 'https://id.execute-api.eu-central-1.amazonaws.com', 'http://localhost:4100'],
      ['cognito-idp', 'https://cognito-idp.eu-central-1.amazonaws.com', 'http://localhost:4101'],
      ['managed-login', 'https://small.auth.eu-central-1.amazoncognito.com', 'http://localhost:4102'],
    ]);
  });

  test('is applied to environment, authorizers, scopes, app clients and resource servers alike', () => {
    const { functions, apis, pools } = deploy();
    expect(functions[0]?.variables.MCP_RESOURCE).toBe('http://localhost:4100/mcp');
    expect(functions[0]?.variables.ISSUER).toBe(`http://localhost:4101/${pools[0]?.poolId}`);
    const secured = apis[0]?.routes.find((route) => route.key === 'POST /mcp');
    expect(secured?.authorizer?.issuer).toBe(pools[0]?.issuer);
    expect(secured?.authorizer?.audience).toEqual(['http://localhost:4100/mcp', pools[0]?.clients[0]?.clientId]);
    expect(secured?.scopes).toEqual(['http://localhost:4100/mcp/read']);
    expect(pools[0]?.clients[0]?.scopes).toEqual(['http://localhost:4100/mcp/read']);
    expect(pools[0]?.resourceServers).toEqual([{ identifier: 'http://localhost:4100/mcp', scopes: ['read'] }]);
  });

  test('a custom domain takes the first port; the switched-off execute-api address another', () => {
    const domain = { Type: 'AWS::ApiGatewayV2::DomainName', Properties: { DomainName: 'mcp.example.com' } };
    const mapping = {
      Type: 'AWS::ApiGatewayV2::ApiMapping',
      Properties: { ApiId: { Ref: 'Api' }, DomainName: { Ref: 'CustomDomain' }, Stage: { Ref: 'Stage' } },
    };
    const disabled = change('Api', { DisableExecuteApiEndpoint: true });
    const { endpoints } = deploy(withResource(withResource(disabled, 'CustomDomain', domain), 'Mapping', mapping));
    expect(endpoints.map(({ kind, port, disabled: off }) => [kind, port, off])).toEqual([
      ['custom-domain', 4100, undefined],
      ['cognito-idp', 4101, undefined],
      ['managed-login', 4102, undefined],
      ['execute-api', 4103, true],
    ]);
    expect(endpoints[0]?.deployed).toBe('https://mcp.example.com');
  });

  test('a custom sign-in domain is an origin as it stands', () => {
    const { endpoints } = deploy(
      change('Domain', { Domain: 'login.example.com', CustomDomainConfig: { CertificateArn: 'x' } }),
    );
    expect(endpoints[2]?.deployed).toBe('https://login.example.com');
  });
});

describe('functions', () => {
  test('come with bundle, limits and their template variables', () => {
    const { functions, tables } = deploy();
    expect(functions[0]).toMatchObject({
      logicalId: 'Server',
      handler: 'index.handler',
      memoryMb: 512,
      timeoutMs: 29_000,
    });
    expect(functions[0]?.variables.TABLE_NAME).toBe(tables[0]?.TableName);
    expect(functions[0]?.codeDir).toMatch(/asset\.server$/);
  });

  test('one that nothing here calls is not looked at', () => {
    const provider = { Type: 'AWS::Lambda::Function', Properties: { Code: { ZipFile: 'x' }, Runtime: 'python3.13' } };
    expect(() => deploy(withResource(SMALL_TEMPLATE, 'Provider', provider))).toThrow(
      'property Code.ZipFile of Provider',
    );
    const other = {
      Type: 'AWS::Lambda::Function',
      Properties: { Code: { S3Key: 'other.zip' }, Runtime: 'python3.13' },
    };
    expect(deploy(withResource(SMALL_TEMPLATE, 'Provider', other)).functions).toHaveLength(1);
  });

  test('refuses a missing bundle, an archive, another runtime and code that is no asset', () => {
    const dir = writeAssembly([SMALL_STACK]);
    rmSync(join(dir, 'asset.server'), { recursive: true });
    expect(() => readDeployment(readAssembly(dir), 4100)).toThrow('the bundle of Server is missing at');
    expect(() => deploy(change('Server', { Code: { S3Key: 'nowhere.zip' } }))).toThrow(
      '(nowhere.zip) is no asset of the app',
    );
    expect(() => deploy(change('Server', { Runtime: 'python3.13' }))).toThrow(
      'Runtime of Server is python3.13: only Node.js',
    );
    expect(() => deploy(change('Server', { PackageType: 'Image' }))).toThrow('PackageType of Server is "Image"');
  });

  test('refuses reserved variables and an environment over 4 KB, as Lambda does', () => {
    const set = (Variables: Record<string, string>) => deploy(change('Server', { Environment: { Variables } }));
    expect(() => set({ AWS_REGION: 'x' })).toThrow('Server sets AWS_REGION, which Lambda reserves');
    expect(() => set({ A: 'x'.repeat(4096) })).toThrow('the environment of Server has 4097 bytes, Lambda takes 4096');
    expect(() => set({ A: 'x'.repeat(4095) })).not.toThrow();
  });
});

describe('what cannot be honoured stops with a sentence', () => {
  test.each<[string, Template, string]>([
    ['a WebSocket API', change('Api', { ProtocolType: 'WEBSOCKET' }), 'ProtocolType of Api is "WEBSOCKET"'],
    [
      'payload format 1.0',
      change('Integration', { PayloadFormatVersion: '1.0' }),
      'PayloadFormatVersion of Integration',
    ],
    [
      'a timeout HTTP APIs do not take',
      change('Integration', { TimeoutInMillis: 30_001 }),
      'TimeoutInMillis of Integration is 30001',
    ],
    ['a proxy to anywhere', change('Integration', { IntegrationType: 'HTTP_PROXY' }), 'ConnectionType of Integration'],
    ['a foreign function', change('Integration', { IntegrationUri: 'https://x' }), 'is no function of the app'],
    ['a Lambda authorizer', change('Authorizer', { AuthorizerType: 'REQUEST' }), 'AuthorizerType of Authorizer'],
    [
      'an authorizer without audience',
      change('Authorizer', { JwtConfiguration: { Issuer: 'x' } }),
      'has no issuer or no audience',
    ],
    [
      'a token from elsewhere',
      change('Authorizer', { IdentitySource: ['$request.querystring.t'] }),
      'IdentitySource of Authorizer',
    ],
    ['IAM authorization', change('Secured', { AuthorizationType: 'AWS_IAM' }), 'AuthorizationType of Secured'],
    [
      'a JWT route without authorizer',
      change('Secured', { AuthorizerId: undefined }),
      'names no authorizer of the app',
    ],
    ['a route without integration', change('Public', { Target: undefined }), 'has no integration of the app'],
    ['a named stage', change('Stage', { StageName: 'prod' }), 'must have one stage, named $default'],
    ['a stage that is not deployed', change('Stage', { AutoDeploy: false }), 'set autoDeploy to true'],
    ['no API', withoutApi(), 'there is nothing to run'],
    ['a foreign identity provider', change('Person', { SupportedIdentityProviders: ['Google'] }), 'signs in at Google'],
    ['triggers', change('Pool', { LambdaConfig: { PreSignUp: 'arn' } }), 'property LambdaConfig of Pool'],
    [
      'a scope nobody defined',
      change('Person', { AllowedOAuthScopes: ['x/write'] }),
      'local-dev allows x/write, which no resource server',
    ],
  ])('%s', (_, template, message) => {
    expect(() => deploy(template)).toThrow(message);
  });
});

function withoutApi(): Template {
  const gone = Object.entries(SMALL_TEMPLATE.Resources ?? {}).filter(([, { Type }]) => Type.includes('UserPoolGroup'));
  return { Resources: { ...Object.fromEntries(gone), Pool: SMALL_TEMPLATE.Resources?.Pool as never } };
}

describe('user pools', () => {
  test('clients carry flows, lifetimes, secret and style', () => {
    const [machine, person] = deploy().pools[0]?.clients ?? [];
    expect(machine).toMatchObject({
      clientName: 'job',
      flows: ['client_credentials'],
      accessTokenSeconds: 900,
      branded: false,
    });
    expect(machine?.clientSecret).toMatch(/^[a-z0-9]{51}$/);
    expect(person).toMatchObject({
      clientName: 'local-dev',
      clientSecret: undefined,
      accessTokenSeconds: 3600,
      refreshTokenSeconds: 2_592_000,
      callbackUrls: ['http://localhost:8765/callback'],
      branded: true,
    });
  });

  test('flows count only where OAuth is switched on for the client', () => {
    const { pools } = deploy(change('Person', { AllowedOAuthFlowsUserPoolClient: undefined }));
    expect(pools[0]?.clients[1]?.flows).toEqual([]);
  });

  test('plan, domain and version of the login decide what tokens look like', () => {
    expect(deploy().pools[0]).toMatchObject({
      featurePlan: 'ESSENTIALS',
      domain: { port: 4102, managedLoginVersion: 2 },
    });
    expect(deploy(change('Pool', { UserPoolTier: 'LITE' })).pools[0]?.featurePlan).toBe('LITE');
    expect(deploy(change('Domain', { ManagedLoginVersion: undefined })).pools[0]?.domain?.managedLoginVersion).toBe(1);
  });

  test('one demo user is in every group, one in none; passwords are new in every run', () => {
    const users = () => deploy().pools[0]?.users ?? [];
    expect(users().map(({ username, groups }) => [username, groups])).toEqual([
      ['ada', ['admins']],
      ['ben', []],
    ]);
    expect(users()[0]?.password).toMatch(/^[A-Z][a-z]{5}(-[a-z]{6}){3}[0-9]$/);
    expect(users()[0]?.password).not.toBe(users()[0]?.password);
    expect(deploy(change('Pool', { UsernameAttributes: ['email'] })).pools[0]?.users[0]?.username).toBe(
      'ada@example.com',
    );
  });
});

test('tables keep keys and indexes and are on demand', () => {
  const index = {
    IndexName: 'by-x',
    KeySchema: [{ AttributeName: 'x', KeyType: 'HASH' }],
    Projection: { ProjectionType: 'ALL' },
  };
  const { tables, notes } = deploy(
    change('Table', {
      GlobalSecondaryIndexes: [{ ...index, WriteProvisionedThroughputSettings: {} }],
      TimeToLiveSpecification: { Enabled: true },
    }),
  );
  expect(tables[0]).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  });
  expect(tables[0]?.GlobalSecondaryIndexes).toEqual([index]);
  expect(notes).toEqual(['Table (TimeToLiveSpecification): items do not expire by themselves']);
});
