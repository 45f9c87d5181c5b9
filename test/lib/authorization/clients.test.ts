/** How clients become known: what the broker is told, what is refused, what is warned of. */
import { CfnParameter, Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ClientRegistration, McpAuthorization } from 'cdk-mcp';
import { CALLBACK, notesServer, oneClient, resourcesOf, stackIn, templateOf, variablesOf } from '../support';

const { clientIdMetadata, preRegistered, dynamic } = ClientRegistration;

const HASH = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';

function withClients(...clients: ClientRegistration[]): Template {
  return templateOf({ authorization: McpAuthorization.cognito({ clients }) });
}

function clientsOf(template: Template): unknown {
  return JSON.parse(variablesOf(template, 'broker').MCP_CLIENTS as string);
}

function warningsOf(...clients: ClientRegistration[]): Annotations {
  const stack = stackIn();
  notesServer(stack, { authorization: McpAuthorization.cognito({ clients }) });
  return Annotations.fromStack(stack);
}

describe('a pre-registered client', () => {
  test('A6 is a record of the broker, no app client', () => {
    const redirectUris = [CALLBACK, 'http://localhost/callback', 'http://127.0.0.1:6276/oauth/callback'];
    const template = withClients(preRegistered({ clientId: 'desktop', redirectUris }));
    expect(clientsOf(template)).toEqual({ preRegistered: [{ id: 'desktop', name: 'desktop', redirectUris }] });
    expect(resourcesOf(template, 'AWS::Cognito::UserPoolClient')).toHaveLength(1);
  });

  test('has a name for people, and may keep a secret', () => {
    const web = { clientId: 'web', name: 'Web – für alle', redirectUris: [CALLBACK], secretHash: HASH };
    expect(clientsOf(withClients(preRegistered(web)))).toEqual({
      preRegistered: [{ id: 'web', name: web.name, redirectUris: [CALLBACK], secretHash: HASH }],
    });
  });

  test('A6 may return to a scheme of its own by a choice of that name, which is a warning', () => {
    const app = preRegistered({ clientId: 'app', privateUseRedirectUris: ['com.example.app:/callback'] });
    expect(clientsOf(withClients(app))).toEqual({
      preRegistered: [{ id: 'app', name: 'app', redirectUris: ['com.example.app:/callback'] }],
    });
    warningsOf(preRegistered({ clientId: 'app', privateUseRedirectUris: ['cursor://x.y/callback'] })).hasWarning(
      '*',
      Match.stringLikeRegexp("client 'app' returns to cursor://x.y/callback: any program"),
    );
  });

  test('takes what is known only at deploy time as it is', () => {
    const stack = stackIn();
    const parameter = new CfnParameter(stack, 'Callback').valueAsString;
    const clients = [preRegistered({ clientId: 'a', redirectUris: [parameter] })];
    notesServer(stack, { authorization: McpAuthorization.cognito({ clients }) });
    expect(variablesOf(Template.fromStack(stack), 'broker').MCP_CLIENTS).toEqual({
      'Fn::Join': ['', ['{"preRegistered":[{"id":"a","name":"a","redirectUris":["', { Ref: 'Callback' }, '"]}]}']],
    });
  });

  test.each<[string, Parameters<typeof preRegistered>[0], RegExp]>([
    ['no redirect URI', { clientId: 'a', redirectUris: [] }, /client 'a' has no redirect URI/],
    ['A6 a plain http redirect URI', { clientId: 'a', redirectUris: ['http://a.example/'] }, /neither https nor/],
    ['A6 a private scheme not named as one', { clientId: 'a', redirectUris: ['app.a:/cb'] }, /neither https nor/],
    [
      'A6 a scheme that runs in the browser',
      { clientId: 'a', privateUseRedirectUris: ['javascript:alert(1)'] },
      /browsers act on themselves/,
    ],
    [
      'A6 https under the other name',
      { clientId: 'a', privateUseRedirectUris: [CALLBACK] },
      /https goes into `redirectUris`/,
    ],
    ['a redirect URI twice', { clientId: 'a', redirectUris: [CALLBACK, CALLBACK] }, /stands twice in client 'a'/],
    [
      'an id like an address',
      { clientId: 'https://a.example/x', redirectUris: [CALLBACK] },
      /clientId '.*' is not all/,
    ],
    ['an empty id', { clientId: '', redirectUris: [CALLBACK] }, /clientId '' is not allowed/],
    [
      'a name nobody can read',
      { clientId: 'a', name: 'a\u202eb', redirectUris: [CALLBACK] },
      /name '.*' of client 'a'/,
    ],
    ['an empty name', { clientId: 'a', name: ' ', redirectUris: [CALLBACK] }, /name ' ' of client 'a'/],
  ])('fails with %s', (_name, props, message) => {
    expect(() => withClients(preRegistered(props))).toThrow(message);
  });

  test('fails with a secret instead of its hash, without repeating it', () => {
    const props = { clientId: 'a', redirectUris: [CALLBACK], secretHash: 'hunter2' };
    expect(() => withClients(preRegistered(props))).toThrow(/secretHash of client 'a' is not a SHA-256/);
    expect(() => withClients(preRegistered(props))).not.toThrow(/hunter2/);
  });

  test('fails with an id twice', () => {
    expect(() => withClients(oneClient(), oneClient())).toThrow(/clientId 'desktop' is taken/);
  });

  test('fails when the records do not fit into the environment, and says what to do', () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      preRegistered({ clientId: `client-${index}`, redirectUris: [CALLBACK] }),
    );
    expect(() => withClients(...many)).toThrow(/Lambda allows 4096: register fewer clients in code/);
  });
});

describe('client ID metadata documents', () => {
  test('A8 are believed from the named hosts', () => {
    const allowedHosts = ['claude.ai', 'vscode.dev', 'a-b.xn--p1ai'];
    expect(clientsOf(withClients(clientIdMetadata({ allowedHosts })))).toEqual({
      metadataDocuments: { allowedHosts },
    });
    warningsOf(clientIdMetadata({ allowedHosts })).hasNoWarning('*', Match.anyValue());
  });

  test.each([
    ['*.claude.ai', /has a '\*', but hosts are compared exactly/],
    ['*', /has a '\*'/],
    ['Claude.ai', /is not a host name/],
    ['https://claude.ai', /is not a host name/],
    ['claude.ai:443', /is not a host name/],
    ['claude.ai/oauth', /is not a host name/],
    ['claude.ai.', /is not a host name/],
    ['localhost', /is not a host name/],
    ['169.254.169.254', /is not a host name/],
    ['0x7f.1', /is not a host name/],
    ['[::1]', /is not a host name/],
    ['', /is not a host name/],
  ])('A8 fail with %s as a host', (host, message) => {
    expect(() => withClients(clientIdMetadata({ allowedHosts: [host] }))).toThrow(message);
  });

  test('A8 fail without a host, with one twice, and when chosen twice', () => {
    expect(() => withClients(clientIdMetadata({ allowedHosts: [] }))).toThrow(/`allowedHosts` is empty/);
    const twice = clientIdMetadata({ allowedHosts: ['a.example', 'a.example'] });
    expect(() => withClients(twice)).toThrow(/'a.example' stands twice/);
    const one = () => clientIdMetadata({ allowedHosts: ['a.example'] });
    expect(() => withClients(one(), one())).toThrow(/name all hosts in one `allowedHosts`/);
  });
});

describe('dynamic registration', () => {
  const routes = (template: Template) =>
    resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);

  test('A9 is off by default: no route, no limits', () => {
    const template = templateOf();
    expect(routes(template).filter((key) => key.endsWith('/oauth2/register'))).toEqual([]);
    expect(clientsOf(template)).not.toHaveProperty('dynamic');
  });

  test('A9 has limits, and is a warning', () => {
    const template = withClients(dynamic());
    expect(routes(template)).toEqual(expect.arrayContaining(['POST /oauth2/register', 'OPTIONS /oauth2/register']));
    expect(clientsOf(template)).toEqual({
      dynamic: { perSourcePerHour: 20, perDay: 2000, unusedSeconds: 86_400 },
    });
    warningsOf(dynamic()).hasWarning('*', Match.stringLikeRegexp('anyone can register a client'));
  });

  test('A9 takes other limits', () => {
    const limits = { perSourcePerHour: 2, perDay: 100, unusedFor: Duration.hours(1) };
    expect(clientsOf(withClients(dynamic(limits)))).toEqual({
      dynamic: { perSourcePerHour: 2, perDay: 100, unusedSeconds: 3600 },
    });
  });

  test.each([
    [{ perSourcePerHour: 0 }, /perSourcePerHour of 0 is not allowed/],
    [{ perDay: 1.5 }, /perDay of 1.5 is not allowed/],
    [{ perDay: 480 }, /one source that registers 20 clients an hour locks all others out: set perDay above 480/],
    [{ unusedFor: Duration.minutes(1) }, /unusedFor of 1 minute is out of bounds/],
  ])('A9 fails with %j', (limits, message) => {
    expect(() => withClients(dynamic(limits))).toThrow(message);
  });

  test('A9 fails when chosen twice', () => {
    expect(() => withClients(dynamic(), dynamic())).toThrow(/dynamic stands twice/);
  });
});
