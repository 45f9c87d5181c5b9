import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ClientRegistration, type CognitoAuthorizationProps, McpAuthorization } from 'cdk-mcp';
import {
  CALLBACK,
  notesServer,
  oneClient,
  onlyResource,
  resourcesOf,
  stackIn,
  templateOf,
  text,
  variablesOf,
} from '../support';

function withCognito(props: CognitoAuthorizationProps): Template {
  return templateOf({ authorization: McpAuthorization.cognito(props) });
}

describe('the user pool', () => {
  const template = templateOf();

  test('is on the plan that binds tokens to an audience, without self sign-up', () => {
    expect(onlyResource(template, 'AWS::Cognito::UserPool').Properties).toMatchObject({
      UserPoolTier: 'ESSENTIALS',
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UsernameAttributes: ['email'],
      Policies: { PasswordPolicy: { MinimumLength: 12, RequireSymbols: true, RequireNumbers: true } },
    });
  });

  test('O8 is kept and protected, its groups too', () => {
    const pool = onlyResource(template, 'AWS::Cognito::UserPool');
    expect(pool.Properties.DeletionProtection).toBe('ACTIVE');
    expect(pool.DeletionPolicy).toBe('Retain');
    expect(onlyResource(template, 'AWS::Cognito::UserPoolGroup').DeletionPolicy).toBe('Retain');
  });

  test('O8 goes with the server only when asked', () => {
    const disposable = templateOf({ removalPolicy: RemovalPolicy.DESTROY });
    const pool = onlyResource(disposable, 'AWS::Cognito::UserPool');
    expect(pool.Properties.DeletionProtection).toBe('INACTIVE');
    expect(pool.DeletionPolicy).toBe('Delete');
    for (const [, group] of resourcesOf(disposable, 'AWS::Cognito::UserPoolGroup')) {
      expect(group.DeletionPolicy).toBe('Delete');
    }
  });

  test('T3 has the groups the rules name', () => {
    expect(onlyResource(template, 'AWS::Cognito::UserPoolGroup').Properties.GroupName).toBe('admins');
  });

  test('its resource server is the MCP URL, has a name of its own, and the declared scopes in words', () => {
    const { Properties } = onlyResource(template, 'AWS::Cognito::UserPoolResourceServer');
    expect(Properties.Identifier).toEqual(variablesOf(template, 'server').MCP_RESOURCE);
    expect(Properties.Name).toBe('Test-Notes');
    expect(Properties.Scopes).toEqual([
      { ScopeName: 'notes:read', ScopeDescription: 'Read your notes' },
      { ScopeName: 'notes:write', ScopeDescription: 'Change your notes' },
    ]);
  });

  test('its login page is the newer one, under an address no other stack has', () => {
    const { Properties } = onlyResource(template, 'AWS::Cognito::UserPoolDomain');
    expect(Properties.ManagedLoginVersion).toBe(2);
    expect(JSON.stringify(Properties.Domain)).toContain('AWS::StackId');
    expect(text(Properties.Domain)).toMatch(/^mcp-[0-9a-f]{8}-/);
  });

  test('its login page takes a prefix or a host name of one’s own', () => {
    const prefixed = withCognito({ clients: [oneClient()], domainPrefix: 'acme-mcp' });
    expect(onlyResource(prefixed, 'AWS::Cognito::UserPoolDomain').Properties.Domain).toBe('acme-mcp');
    const stack = stackIn();
    const certificate = Certificate.fromCertificateArn(
      stack,
      'Cert',
      'arn:aws:acm:us-east-1:111111111111:certificate/x',
    );
    const customDomain = { domainName: 'login.example.com', certificate };
    notesServer(stack, { authorization: McpAuthorization.cognito({ clients: [oneClient()], customDomain }) });
    const custom = Template.fromStack(stack);
    expect(onlyResource(custom, 'AWS::Cognito::UserPoolDomain').Properties.Domain).toBe('login.example.com');
    const login = text(variablesOf(custom, 'broker').MCP_AUTHORIZATION_ENDPOINT);
    expect(login).toMatch(/^https:\/\/\[.*Domain.*\]\/oauth2\/authorize$/);
  });

  test.each([
    ['my-aws-login', /contains 'aws'/],
    ['cognito1', /contains 'cognito'/],
    ['Upper', /is not allowed/],
    ['-a', /is not allowed/],
    ['a'.repeat(64), /is not allowed/],
  ])('fails with the domain prefix %s', (domainPrefix, message) => {
    expect(() => withCognito({ domainPrefix })).toThrow(message);
  });

  test('fails with both a prefix and a host name for the login page', () => {
    const certificate = Certificate.fromCertificateArn(stackIn(), 'C', 'arn:aws:acm:us-east-1:1:certificate/x');
    const customDomain = { domainName: 'login.example.com', certificate };
    expect(() => withCognito({ domainPrefix: 'a', customDomain })).toThrow(/exclude each other/);
  });
});

describe('a pre-registered client', () => {
  const template = templateOf();
  const [[id, client]] = resourcesOf(template, 'AWS::Cognito::UserPoolClient') as [ReturnType<typeof resourcesOf>[0]];

  test('A5 uses the code grant alone, for the declared scopes, without a secret', () => {
    expect(client.Properties).toMatchObject({
      ClientName: 'desktop',
      AllowedOAuthFlows: ['code'],
      CallbackURLs: [CALLBACK],
      GenerateSecret: false,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
    });
    expect(client.Properties.AllowedOAuthScopes.map(text)).toEqual([
      expect.stringMatching(/\/mcp\/notes:read$/),
      expect.stringMatching(/\/mcp\/notes:write$/),
    ]);
  });

  test('A11 has access tokens for 15 minutes and refresh tokens for 30 days', () => {
    expect(client.Properties).toMatchObject({
      AccessTokenValidity: 15,
      RefreshTokenValidity: 30 * 24 * 60,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
    });
  });

  test('waits for the scopes it names, and has a style, without which its login page is an error', () => {
    const [[server]] = resourcesOf(template, 'AWS::Cognito::UserPoolResourceServer') as [[string, unknown]];
    expect(client.DependsOn).toContain(server);
    expect(onlyResource(template, 'AWS::Cognito::ManagedLoginBranding').Properties).toMatchObject({
      ClientId: { Ref: id },
      UseCognitoProvidedValues: true,
    });
  });

  test('A3 is among the clients whose user tokens the guard accepts', () => {
    expect(variablesOf(template, 'server').MCP_USER_CLIENTS).toEqual({ Ref: id });
  });

  test('may keep a secret', () => {
    const clients = [ClientRegistration.preRegistered({ name: 'web', redirectUris: [CALLBACK], confidential: true })];
    expect(onlyResource(withCognito({ clients }), 'AWS::Cognito::UserPoolClient').Properties.GenerateSecret).toBe(true);
  });

  test.each([
    ['no redirect URI', { name: 'a', redirectUris: [] }, /client 'a' has no redirect URI/],
    ['A6 a plain http redirect URI', { name: 'a', redirectUris: ['http://a.example/'] }, /neither https nor/],
    ['a name Cognito refuses', { name: 'a/b', redirectUris: [CALLBACK] }, /client name 'a\/b' is not allowed/],
  ])('fails with %s', (_name, props, message) => {
    expect(() => withCognito({ clients: [ClientRegistration.preRegistered(props)] })).toThrow(message);
  });

  test('fails with a name twice', () => {
    expect(() => withCognito({ clients: [oneClient(), oneClient()] })).toThrow(/client name 'desktop' is taken/);
  });

  test('fails with more scopes than Cognito allows a client', () => {
    const scopes = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`s${index}`, 'x']));
    const access = [{ tools: ['a'], scopes: ['s0'] }];
    expect(() => templateOf({ scopes, access })).toThrow(/would have 51 scopes, Cognito allows 50/);
  });
});

describe('lifetimes', () => {
  test('can be chosen', () => {
    const template = withCognito({
      clients: [oneClient()],
      accessLifetime: Duration.minutes(5),
      refreshLifetime: Duration.hours(8),
    });
    expect(onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
      AccessTokenValidity: 5,
      RefreshTokenValidity: 480,
    });
  });

  test.each([
    [{ accessLifetime: Duration.minutes(4) }, /accessLifetime of 4 minutes is out of bounds: use 5 minutes to 1 day/],
    [{ accessLifetime: Duration.days(2) }, /accessLifetime of 2 days/],
    [{ refreshLifetime: Duration.minutes(30) }, /refreshLifetime of 30 minutes/],
  ])('fails with %j', (props, message) => {
    expect(() => withCognito(props)).toThrow(message);
  });

  test('A11 an access token for longer than an hour is a warning', () => {
    const stack = stackIn();
    const authorization = McpAuthorization.cognito({ clients: [oneClient()], accessLifetime: Duration.hours(2) });
    notesServer(stack, { authorization });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('valid for 2 hours: a disabled user keeps'));
  });
});

describe('a machine client', () => {
  function withMachines(): Template {
    const stack = stackIn();
    const server = notesServer(stack);
    const reporting = server.addMachineClient('reporting', { scopes: ['notes:read'] });
    server.addMachineClient('importer', { scopes: ['notes:read', 'notes:write'] });
    expect(reporting.scopes).toEqual(['notes:read']);
    expect(stack.resolve(reporting.clientId)).toEqual(stack.resolve(reporting.userPoolClient.userPoolClientId));
    return Template.fromStack(stack);
  }
  const template = withMachines();
  const machines = resourcesOf(template, 'AWS::Cognito::UserPoolClient').filter(([, { Properties }]) =>
    Properties.AllowedOAuthFlows.includes('client_credentials'),
  );

  test('A13 signs in as itself and nobody else, for its own scopes', () => {
    expect(machines.map(([, { Properties }]) => Properties.ClientName)).toEqual(['reporting', 'importer']);
    const [[, reporting]] = machines as [(typeof machines)[0]];
    expect(reporting.Properties.AllowedOAuthScopes.map(text)).toEqual([expect.stringMatching(/\/mcp\/notes:read$/)]);
    for (const [, { Properties, DependsOn }] of machines) {
      expect(Properties.AllowedOAuthFlows).toEqual(['client_credentials']);
      expect(Properties.GenerateSecret).toBe(true);
      expect(Properties.ExplicitAuthFlows).toEqual(['ALLOW_REFRESH_TOKEN_AUTH']);
      expect(Properties.CallbackURLs).toBeUndefined();
      expect(DependsOn).toEqual([expect.stringContaining('ResourceServer')]);
    }
  });

  test('A13 added after the server was built, it is on both allow-lists', () => {
    const ids = machines.map(([id]) => `[${id}]`);
    expect(text(variablesOf(template, 'server').MCP_MACHINE_CLIENTS)).toBe(ids.join(','));
    const { Audience } = onlyResource(template, 'AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration;
    expect(Audience.slice(1).map(text)).toEqual(ids);
  });

  test('A13 without one, the allow-list is empty', () => {
    expect(variablesOf(templateOf(), 'server').MCP_MACHINE_CLIENTS).toBe('');
  });

  test.each<[string, string, string[], RegExp]>([
    ['a scope the server does not declare', 'x', ['notes:admin'], /unknown scope 'notes:admin' in `scopes` of machine/],
    ['no scope', 'x', [], /`scopes` of machine client 'x' is empty/],
    ['an id that exists', 'taken', ['notes:read'], /machine client 'taken' exists already/],
    ['an id Cognito refuses', 'a b', ['notes:read'], /machine client id 'a b' is not allowed/],
  ])('A13 fails with %s', (_name, id, scopes, message) => {
    const server = notesServer(stackIn());
    server.addMachineClient('taken', { scopes: ['notes:read'] });
    expect(() => server.addMachineClient(id, { scopes })).toThrow(message);
  });

  test('fails with more scopes than Cognito allows a client', () => {
    const names = Array.from({ length: 51 }, (_, index) => `s${index}`);
    const server = notesServer(stackIn(), {
      authorization: McpAuthorization.cognito(),
      scopes: Object.fromEntries(names.map((name) => [name, 'x'])),
      access: [{ tools: ['a'], scopes: ['s0'] }],
    });
    expect(() => server.addMachineClient('m', { scopes: names })).toThrow(/'m' has 51 scopes, Cognito allows 50/);
  });

  test('fails when there are more than an authorizer takes', () => {
    const server = notesServer(stackIn());
    for (let index = 0; index < 49; index++) server.addMachineClient(`m${index}`, { scopes: ['notes:read'] });
    expect(() => server.addMachineClient('m49', { scopes: ['notes:read'] })).toThrow(/'m49' is one too many/);
  });

  test('that only rules with groups would admit is a warning', () => {
    const stack = stackIn();
    const server = notesServer(stack, {
      access: [
        { tools: ['a'], scopes: ['notes:read', 'notes:write'] },
        { tools: ['b'], scopes: ['notes:read'], groups: ['g'] },
      ],
    });
    server.addMachineClient('reporting', { scopes: ['notes:read'] });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp("machine client 'reporting' can call nothing"));
  });
});

describe('a server nobody could call', () => {
  const machinesOnly = () => ({ authorization: McpAuthorization.cognito() });

  test('fails without any client', () => {
    const stack = stackIn();
    notesServer(stack, machinesOnly());
    expect(() => Template.fromStack(stack)).toThrow(/no client can call this server/);
  });

  test('fails with a rule only people could satisfy, when there are only machines', () => {
    const stack = stackIn();
    notesServer(stack, machinesOnly()).addMachineClient('all', { scopes: ['notes:read', 'notes:write'] });
    expect(() => Template.fromStack(stack)).toThrow(/nobody can satisfy access\[2\]: it asks for a group/);
  });

  test('works with machines alone, when the rules are theirs', () => {
    const stack = stackIn();
    const server = notesServer(stack, {
      ...machinesOnly(),
      access: [{ tools: ['a'], scopes: ['notes:read', 'notes:write'] }],
    });
    server.addMachineClient('all', { scopes: ['notes:read', 'notes:write'] });
    expect(variablesOf(Template.fromStack(stack), 'server').MCP_USER_CLIENTS).toBe('');
  });
});

test('fails when one authorization is given to two servers', () => {
  const stack = stackIn();
  const authorization = McpAuthorization.cognito({ clients: [oneClient()] });
  notesServer(stack, { authorization }, 'A');
  expect(() => notesServer(stack, { authorization }, 'B')).toThrow(/already belongs to 'Test\/A'/);
});
