/** A server in front of a pool that exists. */
import { App, CfnParameter, SecretValue, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  FeaturePlan,
  type IUserPool,
  ManagedLoginVersion,
  UserPool,
  UserPoolClientIdentityProvider,
  UserPoolDomain,
  UserPoolIdentityProviderGoogle,
} from 'aws-cdk-lib/aws-cognito';
import { McpAuthorization, type UserPoolAuthorizationProps } from 'cdk-mcp';
import { notesServer, oneClient, onlyResource, resourcesOf, stackIn, text, variablesOf } from '../support';

const LOGIN = 'https://acme.auth.eu-central-1.amazoncognito.com';

function imported(stack: Stack): IUserPool {
  return UserPool.fromUserPoolId(stack, 'Pool', 'eu-central-1_abc');
}

function onImported(props: Partial<UserPoolAuthorizationProps>, stack = stackIn()): Stack {
  const authorization = McpAuthorization.userPool(imported(stack), { clients: [oneClient()], ...props });
  notesServer(stack, { authorization });
  return stack;
}

/** A company's pool in a stack of its own, and a server in another. */
function acrossStacks(domainProps = { managedLoginVersion: ManagedLoginVersion.NEWER_MANAGED_LOGIN }) {
  const app = new App();
  const identity = new Stack(app, 'Identity');
  const userPool = new UserPool(identity, 'Pool', { featurePlan: FeaturePlan.ESSENTIALS });
  const domain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'acme' }, ...domainProps });
  const stack = new Stack(app, 'Test');
  const server = () =>
    notesServer(stack, { authorization: McpAuthorization.userPool(userPool, { domain, clients: [oneClient()] }) });
  return { app, identity, stack, userPool, server };
}

describe('an existing pool', () => {
  test('in another stack: everything is made in the server’s own, and no cycle', () => {
    const { app, identity, stack, server } = acrossStacks();
    const { userPool, userPoolDomain } = server();
    expect(userPool).toBeDefined();
    expect(userPoolDomain).toBeUndefined();
    app.synth();
    const [pool, own] = [Template.fromStack(identity), Template.fromStack(stack)];
    for (const type of ['UserPoolClient', 'UserPoolResourceServer', 'ManagedLoginBranding']) {
      expect(resourcesOf(pool, `AWS::Cognito::${type}`)).toEqual([]);
      expect(resourcesOf(own, `AWS::Cognito::${type}`)).toHaveLength(1);
    }
    for (const type of ['UserPool', 'UserPoolDomain', 'UserPoolGroup']) {
      expect(resourcesOf(own, `AWS::Cognito::${type}`)).toEqual([]);
    }
    expect(onlyResource(pool, 'AWS::Cognito::UserPool').Properties.LambdaConfig).toBeUndefined();
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('cdk-mcp:'));
  });

  test('A3 its tokens are those the guard, the gateway and the broker expect', () => {
    const template = Template.fromStack(onImported({ loginUrl: LOGIN }));
    const issuer = text(variablesOf(template, 'server').MCP_TOKEN_ISSUER);
    expect(issuer).toMatch(/^https:\/\/cognito-idp\..*\/eu-central-1_abc$/);
    expect(text(variablesOf(template, 'broker').MCP_TOKEN_ISSUER)).toBe(issuer);
    expect(text(onlyResource(template, 'AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration.Issuer)).toBe(
      issuer,
    );
    expect(variablesOf(template, 'broker').MCP_UPSTREAM_TOKEN).toBe(`${LOGIN}/oauth2/token`);
    expect(onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties.UserPoolId).toBe('eu-central-1_abc');
  });

  test('has machine clients like any other', () => {
    const stack = stackIn();
    const authorization = McpAuthorization.userPool(imported(stack), { loginUrl: LOGIN });
    const server = notesServer(stack, { authorization, access: [{ tools: ['a'], scopes: ['notes:read'] }] });
    server.addMachineClient('m', { scopes: ['notes:read'] });
    expect(resourcesOf(Template.fromStack(stack), 'AWS::Cognito::UserPoolClient')).toHaveLength(2);
  });

  test.each([
    ['acme', 'https://acme.auth.[AWS::Region].amazoncognito.com/oauth2/token'],
    ['login.example.com', 'https://login.example.com/oauth2/token'],
  ])('is reached at its domain %s', (name, token) => {
    const stack = stackIn();
    onImported({ domain: UserPoolDomain.fromDomainName(stack, 'Domain', name) }, stack);
    expect(text(variablesOf(Template.fromStack(stack), 'broker').MCP_UPSTREAM_TOKEN)).toBe(token);
  });

  test('offers the providers it has in this app, or those that are chosen', () => {
    const { app, stack, userPool, server } = acrossStacks();
    new UserPoolIdentityProviderGoogle(userPool.stack, 'Google', {
      userPool,
      clientId: 'id',
      clientSecretValue: SecretValue.unsafePlainText('x'),
    });
    server();
    app.synth();
    const { SupportedIdentityProviders } = onlyResource(
      Template.fromStack(stack),
      'AWS::Cognito::UserPoolClient',
    ).Properties;
    expect(SupportedIdentityProviders).toEqual(['COGNITO', { 'Fn::ImportValue': expect.stringContaining('Google') }]);
    const chosen = Template.fromStack(
      onImported({ loginUrl: LOGIN, identityProviders: [UserPoolClientIdentityProvider.GOOGLE] }),
    );
    expect(onlyResource(chosen, 'AWS::Cognito::UserPoolClient').Properties.SupportedIdentityProviders).toEqual([
      'Google',
    ]);
  });

  test('whose plan is not known is a warning', () => {
    Annotations.fromStack(onImported({ loginUrl: LOGIN })).hasWarning(
      '*',
      Match.stringLikeRegexp('must be on the Essentials or Plus plan'),
    );
  });

  test('A3 fails with the classic login page, whose tokens are bound to no server', () => {
    const { server } = acrossStacks({ managedLoginVersion: ManagedLoginVersion.CLASSIC_HOSTED_UI });
    expect(server).toThrow(/has the classic login page, which binds no token/);
  });

  test('A3 fails on the Lite plan', () => {
    const stack = stackIn();
    const pool = new UserPool(stack, 'Pool', { featurePlan: FeaturePlan.LITE });
    const authorization = McpAuthorization.userPool(pool, { loginUrl: LOGIN, clients: [oneClient()] });
    expect(() => notesServer(stack, { authorization })).toThrow(/is on the 'LITE' plan/);
  });

  test.each<[string, (stack: Stack) => Partial<UserPoolAuthorizationProps>, RegExp]>([
    ['without a login page', () => ({}), /either `domain` or `loginUrl`/],
    [
      'with two login pages',
      (stack) => ({ loginUrl: LOGIN, domain: UserPoolDomain.fromDomainName(stack, 'D', 'acme') }),
      /either `domain` or `loginUrl`/,
    ],
    ['with a login page over http', () => ({ loginUrl: 'http://acme.example' }), /is not an https origin/],
    ['with a path in the login page', () => ({ loginUrl: `${LOGIN}/login` }), /is not an https origin/],
    ['with a slash after the login page', () => ({ loginUrl: `${LOGIN}/` }), /is not an https origin/],
    [
      'with a domain of unknown kind',
      (stack) => ({
        domain: UserPoolDomain.fromDomainName(stack, 'D', new CfnParameter(stack, 'P').valueAsString),
      }),
      /give `loginUrl` instead/,
    ],
  ])('fails %s', (_name, props, message) => {
    const stack = stackIn();
    expect(() => onImported(props(stack), stack)).toThrow(message);
  });
});
