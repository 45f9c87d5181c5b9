import { RemovalPolicy } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { type CognitoAuthorizationProps, McpAuthorization } from 'cdk-mcp';
import { notesServer, oneClient, onlyResource, resourcesOf, stackIn, templateOf, text, variablesOf } from '../support';

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
    const login = text(variablesOf(custom, 'broker').MCP_UPSTREAM_AUTHORIZE);
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

describe('a machine client', () => {
  function withMachines(): Template {
    const stack = stackIn();
    const server = notesServer(stack);
    const reporting = server.addMachineClient('reporting', { scopes: ['notes:read'] });
    server.addMachineClient('importer', { scopes: ['notes:read', 'notes:write'] });
    expect(reporting.scopes).toEqual(['notes:read']);
    expect(stack.resolve(reporting.clientId)).toEqual(stack.resolve(reporting.userPoolClient?.userPoolClientId));
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
    for (const which of ['server', 'broker'] as const) {
      expect(text(variablesOf(template, which).MCP_MACHINE_CLIENTS)).toBe(ids.join(','));
    }
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

  test('A13 with machines alone accepts no user’s token', () => {
    const stack = stackIn();
    const server = notesServer(stack, {
      ...machinesOnly(),
      access: [{ tools: ['a'], scopes: ['notes:read', 'notes:write'] }],
    });
    server.addMachineClient('all', { scopes: ['notes:read', 'notes:write'] });
    expect(variablesOf(Template.fromStack(stack), 'server').MCP_USER_CLIENTS).toBe('');
    expect(variablesOf(Template.fromStack(stack), 'broker').MCP_CLIENTS).toBe('{}');
    const [[, idle]] = resourcesOf(Template.fromStack(stack), 'AWS::Cognito::UserPoolClient') as [
      ReturnType<typeof resourcesOf>[0],
    ];
    expect(idle.Properties.AllowedOAuthScopes.map(text)).toEqual([expect.stringMatching(/notes:read$/)]);
  });
});

test('fails when one authorization is given to two servers', () => {
  const stack = stackIn();
  const authorization = McpAuthorization.cognito({ clients: [oneClient()] });
  notesServer(stack, { authorization }, 'A');
  expect(() => notesServer(stack, { authorization }, 'B')).toThrow(/already belongs to 'Test\/A'/);
});
