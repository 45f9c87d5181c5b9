/** A provider that exists, instead of a user pool: what is made for it, and what is refused at synth. */
import type { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { McpAuthorization, McpEndpoint, type ProviderAuthorizationProps, type SecureMcpServer } from 'cdk-mcp';
import { notesServer, onlyResource, resourcesOf, stackIn, text, variablesOf } from '../support';

const ISSUER = 'https://id.example.com/oauth2/default';
const PROVIDER = { issuer: ISSUER, jwksUri: `${ISSUER}/v1/keys`, clients: ['desktop-1'] };

function build(overrides: Partial<ProviderAuthorizationProps> = {}, also?: (server: SecureMcpServer) => void): Stack {
  const stack = stackIn();
  const server = notesServer(stack, { authorization: McpAuthorization.oidc({ ...PROVIDER, ...overrides }) });
  also?.(server);
  return stack;
}

const template = (overrides?: Partial<ProviderAuthorizationProps>, also?: (server: SecureMcpServer) => void) =>
  Template.fromStack(build(overrides, also));

const profileIn = (from: Template) => JSON.parse(variablesOf(from, 'server').MCP_TOKEN_PROFILE as string);

function documentsFunction(from: Template) {
  const found = resourcesOf(from, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
    Properties.Description.startsWith('Discovery'),
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('a server with a provider that exists', () => {
  const made = template();

  test('A15 has no pool, no broker, no grants and no secret', () => {
    const types = Object.values(made.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
    expect(types.filter((type) => type.includes('Cognito') || type.includes('SecretsManager'))).toEqual([]);
    expect(resourcesOf(made, 'AWS::DynamoDB::GlobalTable').map(([id]) => id)).toEqual([expect.stringMatching(/State/)]);
    expect(variablesOf(made, 'server')).toMatchObject({
      MCP_TOKEN_ISSUER: ISSUER,
      MCP_JWKS_URI: `${ISSUER}/v1/keys`,
      MCP_SCOPE_PREFIX: '',
      MCP_USER_CLIENTS: 'desktop-1',
      MCP_MACHINE_CLIENTS: '',
      MCP_GRANTS_TABLE: 'none',
    });
    const stack = stackIn();
    const server = notesServer(stack, { authorization: McpAuthorization.oidc(PROVIDER) });
    expect([server.brokerFunction, server.brokerLogGroup, server.grantsTable, server.userPool]).toEqual(
      Array(4).fill(undefined),
    );
    expect(server.issuer).toBe(ISSUER);
  });

  test('A15 reads tokens of RFC 9068 unless told otherwise', () => {
    expect(profileIn(made)).toEqual({
      types: ['at+jwt'],
      algorithms: ['RS256'],
      clientClaim: 'client_id',
      scopeClaim: 'scope',
      groupsClaim: 'groups',
      machineScopes: {},
    });
  });

  test('A15 its gateway takes tokens of the provider for this server alone', () => {
    const { JwtConfiguration } = onlyResource(made, 'AWS::ApiGatewayV2::Authorizer').Properties;
    expect(JwtConfiguration.Issuer).toBe(ISSUER);
    expect(JwtConfiguration.Audience.map(text)).toEqual([text(variablesOf(made, 'server').MCP_RESOURCE)]);
    const secured = resourcesOf(made, 'AWS::ApiGatewayV2::Route').filter(([, route]) => route.Properties.AuthorizerId);
    expect(secured.map(([, { Properties }]) => Properties.RouteKey).sort()).toEqual([
      'DELETE /mcp',
      'GET /mcp',
      'POST /mcp',
    ]);
    for (const [, { Properties }] of secured) {
      expect(Properties.AuthorizationScopes).toEqual(['notes:read', 'notes:write']);
    }
  });

  test('A1 its discovery document names the provider, and comes from a function that can do nothing else', () => {
    const [id, { Properties }] = documentsFunction(made);
    expect(Properties.Environment.Variables).toMatchObject({
      MCP_AUTHORIZATION_SERVER: ISSUER,
      MCP_INITIAL_SCOPES: 'notes:read',
      MCP_SCOPE_PREFIX: '',
    });
    const open = resourcesOf(made, 'AWS::ApiGatewayV2::Route').filter(([, route]) => !route.Properties.AuthorizerId);
    expect(open.map(([, route]) => route.Properties.RouteKey).sort()).toEqual([
      'GET /.well-known/oauth-protected-resource',
      'GET /.well-known/oauth-protected-resource/mcp',
      'OPTIONS /.well-known/oauth-protected-resource',
      'OPTIONS /.well-known/oauth-protected-resource/mcp',
    ]);
    const permitted = resourcesOf(made, 'AWS::Lambda::Permission').filter(([, permission]) =>
      text(permission.Properties.FunctionName).includes(id),
    );
    expect(permitted).toHaveLength(open.length);
    const actions = resourcesOf(made, 'AWS::IAM::Policy')
      .filter(([policy]) => policy.includes('Documents'))
      .flatMap(([, policy]) =>
        policy.Properties.PolicyDocument.Statement.flatMap((one: { Action: string }) => one.Action),
      );
    expect(actions.sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('T4 the guard has no access to grants, since there are none', () => {
    expect(resourcesOf(made, 'AWS::IAM::Policy').filter(([id]) => id.includes('Grants'))).toEqual([]);
  });

  test('A18 answers preflights by the gateway where origins are named', () => {
    const stack = stackIn();
    notesServer(stack, {
      authorization: McpAuthorization.oidc(PROVIDER),
      endpoint: McpEndpoint.httpApi({ allowedOrigins: ['https://app.example'] }),
    });
    const from = Template.fromStack(stack);
    expect(documentsFunction(from)[1].Properties.Environment.Variables.MCP_ALLOWED_ORIGINS).toBe('https://app.example');
    const keys = resourcesOf(from, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
    expect(keys.filter((key) => key.startsWith('OPTIONS'))).toEqual([]);
  });
});

describe('what a provider is told of', () => {
  test('A15 everything a provider may do otherwise reaches the guard', () => {
    const made = template({
      audience: 'api://notes',
      otherAudiences: ['https://id.example.com/userinfo'],
      scopePrefix: 'api://notes/',
      claimScopePrefix: '',
      scopeClaim: 'scp',
      machineScopeClaim: 'roles',
      clientClaim: 'azp',
      subjectClaim: 'oid',
      groupsClaim: 'roles',
      requiredClaims: { tid: 'tenant-1' },
      headerTypes: ['JWT'],
      algorithms: ['RS384'],
    });
    expect(profileIn(made)).toEqual({
      audience: 'api://notes',
      otherAudiences: ['https://id.example.com/userinfo'],
      types: ['jwt'],
      algorithms: ['RS384'],
      clientClaim: 'azp',
      scopeClaim: 'scp',
      machineScopeClaim: 'roles',
      subjectClaim: 'oid',
      scopePrefix: '',
      groupsClaim: 'roles',
      requiredClaims: { tid: 'tenant-1' },
      machineScopes: {},
    });
    expect(variablesOf(made, 'server').MCP_SCOPE_PREFIX).toBe('api://notes/');
    expect(documentsFunction(made)[1].Properties.Environment.Variables.MCP_SCOPE_PREFIX).toBe('api://notes/');
    expect(onlyResource(made, 'AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration.Audience).toEqual([
      'api://notes',
    ]);
  });

  const routeScopes = (made: Template) =>
    resourcesOf(made, 'AWS::ApiGatewayV2::Route')
      .filter(([, { Properties }]) => Properties.RouteKey === 'POST /mcp')
      .map(([, { Properties }]) => Properties.AuthorizationScopes)[0];

  test('A15 the gateway checks scopes as tokens spell them, where it can read the claim', () => {
    expect(routeScopes(template({ scopeClaim: 'scp', scopePrefix: 'notes/' }))).toEqual([
      'notes/notes:read',
      'notes/notes:write',
    ]);
    expect(routeScopes(template({ scopePrefix: 'api://n/', claimScopePrefix: '' }))).toEqual([
      'notes:read',
      'notes:write',
    ]);
    expect(routeScopes(template({ scopeClaim: 'permissions' }))).toBeUndefined();
    expect(routeScopes(template({ machineScopeClaim: 'roles' }))).toBeUndefined();
  });

  test('A13 a machine client is one of the provider’s, with the scopes named and no more', () => {
    const made = template({}, (server) => {
      const client = server.addMachineClient('reporting', { clientId: '0oa1', scopes: ['notes:read'] });
      expect(client).toEqual({ clientId: '0oa1', scopes: ['notes:read'] });
      server.addMachineClient('importer', { scopes: ['notes:read', 'notes:write'] });
    });
    expect(variablesOf(made, 'server').MCP_MACHINE_CLIENTS).toBe('0oa1,importer');
    expect(profileIn(made).machineScopes).toEqual({
      '0oa1': ['notes:read'],
      importer: ['notes:read', 'notes:write'],
    });
    // Every token of such a provider names its audience, so the gateway needs no client id.
    expect(onlyResource(made, 'AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration.Audience).toHaveLength(1);
  });

  test('A15 fails where a user pool is told a client id', () => {
    const server = notesServer(stackIn());
    expect(() => server.addMachineClient('m', { clientId: 'x', scopes: ['notes:read'] })).toThrow(
      "machine client 'm' gets its id from the user pool: leave `clientId` out",
    );
  });

  test.each([
    ['an id that exists', 'reporting', {}, /exists already/],
    ['the client id of another', 'other', { clientId: 'reporting' }, /has the client id of another/],
    ['a client people sign in with', 'desktop-1', {}, /could not be told from those of people/],
    ['an id that is a list', 'a,b', {}, /client id 'a,b' is not allowed/],
    ['an id that is every client', '*', {}, /client id '\*' is not allowed/],
    ['no scope', 'other', { scopes: [] }, /is empty/],
    ['a scope nobody declared', 'other', { scopes: ['admin'] }, /unknown scope 'admin'/],
  ])('A13 fails for a machine client with %s', (_what, id, options, message) => {
    const server = notesServer(stackIn(), { authorization: McpAuthorization.oidc(PROVIDER) });
    server.addMachineClient('reporting', { scopes: ['notes:read'] });
    expect(() => server.addMachineClient(id, { scopes: ['notes:read'], ...options })).toThrow(message);
  });
});

describe('a description that could not work', () => {
  test.each<[string, Partial<ProviderAuthorizationProps>, RegExp]>([
    ['an issuer without https', { issuer: 'http://id.example.com' }, /issuer 'http:.*is not an https address/],
    ['an issuer that is no address', { issuer: 'id.example.com' }, /is not an https address/],
    ['an issuer with a query', { issuer: `${ISSUER}?a=b` }, /has a query/],
    ['an issuer with a fragment', { issuer: `${ISSUER}#a` }, /has a query, a fragment/],
    ['an issuer with a space', { issuer: `${ISSUER} ` }, /has a query, a fragment/],
    ['an issuer with credentials', { issuer: 'https://a:b@id.example.com' }, /holds credentials/],
    ['an issuer on this computer', { issuer: 'https://localhost/x' }, /names no host that AWS could reach/],
    ['an issuer with a private address', { issuer: 'https://10.0.0.1/x' }, /names no host that AWS could reach/],
    ['keys without https', { jwksUri: 'http://id.example.com/keys' }, /jwksUri .* is not an https address/],
    ['an empty audience', { audience: '' }, /`audience` is empty/],
    ['clients beside all clients', { anyClient: true }, /exclude each other/],
    ['a client twice', { clients: ['a', 'a'] }, /stands twice/],
    ['every client by a star', { clients: ['*'] }, /client id '\*' is not allowed/],
    ['a list as a client', { clients: ['a,b'] }, /client id 'a,b' is not allowed/],
    ['a prefix with a space', { scopePrefix: 'a b' }, /scopePrefix 'a b' has a character/],
    ['an empty claim', { scopeClaim: '' }, /`scopeClaim` is empty/],
    ['no header type', { headerTypes: [] }, /`headerTypes` is empty/],
    ['a header type in full', { headerTypes: ['application/at+jwt'] }, /write it without 'application\/'/],
    ['no algorithm', { algorithms: [] }, /`algorithms` is empty/],
    ['a shared secret', { algorithms: ['HS256'] }, /algorithm 'HS256' is not allowed/],
    ['no signature', { algorithms: ['none'] }, /algorithm 'none' is not allowed/],
    ['nobody who could call', { clients: [] }, /no client can call this server/],
    [
      'an ID token’s audience as its own',
      { audience: 'desktop-1', headerTypes: ['JWT'] },
      /its ID tokens name this server too/,
    ],
  ])('A15 fails for %s', (_what, overrides, message) => {
    expect(() => (build(overrides).node.root as App).synth()).toThrow(message);
  });

  test('A15 fails for a provider without OpenID discovery behind an HTTP API, and says what to do', () => {
    expect(() => notesServer(stackIn(), { authorization: McpAuthorization.oauth(PROVIDER) })).toThrow(
      /an HTTP API finds keys by OpenID discovery alone.*use McpAuthorization.oidc where/,
    );
  });

  test('A15 fails for signatures an HTTP API cannot verify', () => {
    expect(() => build({ algorithms: ['RS256', 'ES256'] })).toThrow(/verifies RSA signatures alone, not ES256/);
  });

  test('A15 a provider belongs to one server', () => {
    const authorization = McpAuthorization.oidc(PROVIDER);
    const stack = stackIn();
    notesServer(stack, { authorization });
    expect(() => notesServer(stack, { authorization }, 'Other')).toThrow(/already belongs to/);
  });

  const warnings = (stack: Stack) =>
    Annotations.fromStack(stack)
      .findWarning('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));

  test('A15 what weakens is said at synth, and nothing else', () => {
    expect(warnings(build())).toEqual([]);
    expect(warnings(build({ clients: undefined, anyClient: true }))).toEqual([
      expect.stringContaining('every client of the provider may sign people in'),
    ]);
    for (const type of ['JWT', 'none']) {
      expect(warnings(build({ headerTypes: ['at+jwt', type] }))).toEqual([
        expect.stringContaining('is that of ID tokens too'),
      ]);
    }
  });
});
