import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { McpAuthorization, McpEndpoint, McpWaf, type RestApiEndpointProps, type SecureMcpServerProps } from 'cdk-mcp';
import { anyHosting, notesServer, oneClient, onlyResource, resourcesOf, stackIn, text, variablesOf } from '../support';
import { answersOf, domainIn, functionOf, methodsOf, ORIGIN, restApi } from './rest-support';

const PREFLIGHTS = ['/.well-known/oauth-protected-resource/mcp', '/oauth2/token'];

function withEndpoint(props: Partial<RestApiEndpointProps> = {}, server: Partial<SecureMcpServerProps> = {}): Template {
  const stack = stackIn();
  notesServer(stack, { endpoint: restApi(stack, props), ...server });
  return Template.fromStack(stack);
}

describe('the REST API', () => {
  const template = withEndpoint();
  const methods = methodsOf(template);

  test('T1 every method of the MCP path is behind the authorizer, and no other is', () => {
    const [[authorizer]] = resourcesOf(template, 'AWS::ApiGateway::Authorizer') as [[string, unknown]];
    const guarded = Object.entries(methods).filter(([, { AuthorizationType }]) => AuthorizationType !== 'NONE');
    expect(guarded.map(([name]) => name).sort()).toEqual(['DELETE /mcp', 'GET /mcp', 'POST /mcp']);
    for (const [, method] of guarded) {
      expect(method).toMatchObject({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } });
    }
  });

  test('T1 the authorizer is asked by the Authorization header alone, for five minutes', () => {
    expect(onlyResource(template, 'AWS::ApiGateway::Authorizer').Properties).toMatchObject({
      Type: 'REQUEST',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
  });

  test('T1 the authorizer knows what it takes to judge a token, and no table', () => {
    const authorizer = functionOf(template, 'Verifies access tokens');
    const server = variablesOf(template, 'server');
    const { Variables } = authorizer.Environment;
    for (const name of ['MCP_RESOURCE', 'MCP_TOKEN_ISSUER', 'MCP_JWKS_URI', 'MCP_USER_CLIENTS', 'MCP_SCOPE_PREFIX']) {
      expect([name, text(Variables[name])]).toEqual([name, text(server[name])]);
    }
    expect(Variables.MCP_SCOPES).toBe('notes:read notes:write');
    expect(Object.keys(Variables).filter((name) => /TABLE|POLICY|SECRET/.test(name))).toEqual([]);
  });

  test('T4 the authorizer’s role may write its log and trace, and nothing else', () => {
    const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('AuthorizerRole'));
    const actions = policies.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.flatMap((s: { Action: string[] }) => s.Action),
    );
    expect(actions.sort()).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'xray:PutTelemetryRecords',
      'xray:PutTraceSegments',
    ]);
  });

  test('O1 answers of the server are streamed for up to 15 minutes, those of the broker are not', () => {
    expect(methods['POST /mcp'].Integration).toMatchObject({
      Type: 'AWS_PROXY',
      ResponseTransferMode: 'STREAM',
      TimeoutInMillis: 900_000,
    });
    expect(text(methods['POST /mcp'].Integration.Uri)).toMatch(
      /:lambda:path\/2021-11-15\/functions\/\[NotesServer.*\]\/response-streaming-invocations$/,
    );
    expect(methods['POST /oauth2/token'].Integration).not.toHaveProperty('ResponseTransferMode');
    expect(text(methods['POST /oauth2/token'].Integration.Uri)).toMatch(/\[NotesBroker.*\]\/invocations$/);
  });

  test('O1 a call may take five minutes unless something else is said, and never longer than the API waits', () => {
    expect(functionOf(template, 'MCP server').Timeout).toBe(300);
    const hosting = (minutes: number) => anyHosting({ timeout: Duration.minutes(minutes) });
    expect(functionOf(withEndpoint({}, { hosting: hosting(15) }), 'MCP server').Timeout).toBe(900);
    expect(() => withEndpoint({}, { hosting: hosting(16) })).toThrow(
      /longer than the endpoint waits: use at most 15 m/,
    );
  });

  test('T4 each method may invoke its function, by its own verb, path and stage alone', () => {
    const permissions = resourcesOf(template, 'AWS::Lambda::Permission').map(([, { Properties }]) => Properties);
    const ofMethods = permissions.filter(({ SourceArn }) => !text(SourceArn).includes('/authorizers/'));
    expect(permissions).toHaveLength(ofMethods.length + 1);
    const sources = ofMethods.map(({ SourceArn }) => text(SourceArn).replace(/^.*?\]\/\[[^\]]*Stage[^\]]*\]\//, ''));
    expect(sources.sort()).toEqual(
      Object.keys(methods)
        .map((name) => name.replace(' ', ''))
        .sort(),
    );
  });

  test('A1 the documents are public, at the domain’s own root', () => {
    for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-authorization-server']) {
      expect(methods[`GET ${path}`].AuthorizationType).toBe('NONE');
    }
    expect(variablesOf(template, 'broker')).toMatchObject({ MCP_ISSUER: ORIGIN, MCP_RESOURCE: `${ORIGIN}/mcp` });
    expect(variablesOf(template, 'server')).toMatchObject({ MCP_RESOURCE: `${ORIGIN}/mcp` });
  });

  test('T5 throttles every method by itself, spelled as CloudFormation wants it', () => {
    const { MethodSettings } = onlyResource(template, 'AWS::ApiGateway::Stage').Properties;
    const limits = Object.fromEntries(
      MethodSettings.map((one: Record<string, unknown>) => [
        `${one.HttpMethod} ${one.ResourcePath}`,
        [one.ThrottlingRateLimit, one.ThrottlingBurstLimit],
      ]),
    );
    expect(Object.keys(limits)).toHaveLength(Object.keys(methods).length + 1);
    expect(limits).toMatchObject({
      '* /*': [100, 200],
      'POST /~1mcp': [100, 200],
      'POST /~1oauth2~1token': [50, 100],
      'GET /~1.well-known~1oauth-authorization-server': [20, 40],
    });
  });

  test('O6 the access log has the fields of the HTTP API’s, and no token, query or body; bodies are in no log', () => {
    const { AccessLogSetting, MethodSettings, TracingEnabled } = onlyResource(
      template,
      'AWS::ApiGateway::Stage',
    ).Properties;
    expect(JSON.parse(AccessLogSetting.Format)).toMatchObject({
      requestId: '$context.requestId',
      sourceIp: '$context.identity.sourceIp',
      route: '$context.httpMethod $context.resourcePath',
      status: '$context.status',
      subject: '$context.authorizer.principalId',
      client: '$context.authorizer.client',
    });
    expect(AccessLogSetting.Format).not.toMatch(/header|query|body|\$context\.path/i);
    expect(TracingEnabled).toBe(true);
    for (const one of MethodSettings) expect(one).toMatchObject({ LoggingLevel: 'ERROR', DataTraceEnabled: false });
  });

  test('O6 the log of API Gateway itself is kept as the others are', () => {
    const logs = resourcesOf(template, 'AWS::Logs::LogGroup').map(([, { Properties }]) => Properties);
    const own = logs.filter(({ LogGroupName }) =>
      /^API-Gateway-Execution-Logs_\[.*\]\/live$/.test(text(LogGroupName ?? '')),
    );
    expect(own).toMatchObject([{ RetentionInDays: 365 }]);
  });

  test('O4 answers under its own name alone, from TLS 1.2 on', () => {
    expect(onlyResource(template, 'AWS::ApiGateway::RestApi').Properties).toMatchObject({
      DisableExecuteApiEndpoint: true,
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
    expect(onlyResource(template, 'AWS::ApiGateway::DomainName').Properties).toMatchObject({
      DomainName: 'mcp.example.com',
      SecurityPolicy: 'TLS_1_2',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
    expect(onlyResource(template, 'AWS::ApiGateway::BasePathMapping').Properties).not.toHaveProperty('BasePath');
    expect(onlyResource(template, 'AWS::Route53::RecordSet').Properties).toMatchObject({
      Name: 'mcp.example.com.',
      Type: 'A',
    });
    expect(template.toJSON().Outputs ?? {}).toEqual({});
  });

  test('O3 a change of methods or answers is a new deployment', () => {
    const ids = [{}, { path: '/tools' }, { allowedOrigins: ['https://a.example'] }].map(
      (props) => resourcesOf(withEndpoint(props), 'AWS::ApiGateway::Deployment')[0]?.[0],
    );
    expect(new Set(ids).size).toBe(3);
  });
});

describe('what API Gateway says itself', () => {
  const answers = answersOf(withEndpoint());

  test('A2 to a request without a valid token is a challenge that names the metadata', () => {
    expect(answers.UNAUTHORIZED).toMatchObject({
      StatusCode: '401',
      ResponseParameters: {
        'gatewayresponse.header.WWW-Authenticate': `'Bearer resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp"'`,
      },
    });
  });

  test.each([
    ['MISSING_AUTHENTICATION_TOKEN', '404'],
    ['AUTHORIZER_FAILURE', '503'],
    ['THROTTLED', '429'],
    ['WAF_FILTERED', '403'],
    ['ACCESS_DENIED', '403'],
    ['INTEGRATION_FAILURE', '503'],
    ['INTEGRATION_TIMEOUT', '504'],
    ['DEFAULT_4XX', undefined],
    ['DEFAULT_5XX', undefined],
  ])('P1 for %s is JSON-RPC with an id to ask for, and no detail', (type, status) => {
    expect(answers[type].StatusCode).toBe(status);
    const body = JSON.parse(answers[type].ResponseTemplates['application/json']);
    expect(body).toEqual({
      jsonrpc: '2.0',
      error: { code: expect.any(Number), message: expect.any(String), data: { errorId: '$context.requestId' } },
      id: null,
    });
    expect(JSON.stringify(answers[type])).not.toMatch(/context\.(error|authorizer|identity)/);
  });

  test('P1 tells a client when to come again', () => {
    expect(answers.THROTTLED.ResponseParameters).toEqual({ 'gatewayresponse.header.Retry-After': "'1'" });
    expect(answers.AUTHORIZER_FAILURE.ResponseParameters).toEqual({ 'gatewayresponse.header.Retry-After': "'5'" });
    expect(answers.INTEGRATION_FAILURE.ResponseParameters).toEqual({ 'gatewayresponse.header.Retry-After': "'5'" });
    expect(answers.INTEGRATION_TIMEOUT.ResponseParameters).toEqual({});
  });
});

describe('CORS', () => {
  test('A18 without named origins pages may read what is public, and nobody answers for the MCP path', () => {
    const template = withEndpoint();
    const methods = methodsOf(template);
    for (const path of PREFLIGHTS) expect(methods).toHaveProperty([`OPTIONS ${path}`]);
    expect(methods).not.toHaveProperty(['OPTIONS /mcp']);
    expect(methods).not.toHaveProperty(['OPTIONS /oauth2/authorize']);
    expect(variablesOf(template, 'server')).not.toHaveProperty('MCP_CORS');
    expect(JSON.stringify(answersOf(template))).not.toContain('Access-Control');
  });

  test('A18 with named origins the functions answer for pages, API Gateway for what it says itself', () => {
    const template = withEndpoint(
      { allowedOrigins: ['https://app.example'] },
      { contextHeaders: [{ header: 'x-user', claim: 'sub' }] },
    );
    expect(methodsOf(template)['OPTIONS /mcp'].AuthorizationType).toBe('NONE');
    for (const which of ['server', 'broker'] as const) {
      const variables = variablesOf(template, which);
      expect(variables.MCP_ALLOWED_ORIGINS).toBe('https://app.example');
      expect(variables.MCP_CORS).toMatch(/^authorization,content-type,.*,x-user$/);
    }
    for (const { ResponseParameters } of Object.values(answersOf(template))) {
      expect(ResponseParameters).toMatchObject({ 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" });
      expect(JSON.stringify(ResponseParameters)).not.toContain('Credentials');
    }
  });

  test('A18 fails with an origin that is none', () => {
    expect(() => withEndpoint({ allowedOrigins: ['*'] })).toThrow(/every web page/);
  });
});

describe('whoever issues the tokens', () => {
  const issuer = 'https://id.example.com';
  const provider = { issuer, jwksUri: `${issuer}/keys`, clients: ['desktop'] };

  test.each([
    ['an OAuth server without OpenID discovery', McpAuthorization.oauth(provider)],
    [
      'a provider that signs with elliptic curves',
      McpAuthorization.oidc({ ...provider, algorithms: ['ES256', 'EdDSA'] }),
    ],
  ])('A15 %s works: the authorizer is the guard’s own code', (_what, authorization) => {
    const template = withEndpoint({}, { authorization });
    const { Variables } = functionOf(template, 'Verifies access tokens').Environment;
    expect(Variables).toMatchObject({ MCP_TOKEN_ISSUER: issuer, MCP_JWKS_URI: `${issuer}/keys` });
    expect(JSON.parse(Variables.MCP_TOKEN_PROFILE)).toMatchObject({ clientClaim: 'client_id' });
    expect(Object.keys(methodsOf(template)).filter((name) => name.includes('/oauth2/'))).toEqual([]);
  });

  test('A15 machine clients that are added later are known to the authorizer', () => {
    const stack = stackIn();
    const server = notesServer(stack, { endpoint: restApi(stack) });
    const client = server.addMachineClient('reporting', { scopes: ['notes:read'] });
    const { Variables } = functionOf(Template.fromStack(stack), 'Verifies access tokens').Environment;
    expect(text(Variables.MCP_MACHINE_CLIENTS)).toBe(text(stack.resolve(client.clientId)));
  });
});

describe('scopes that clients ask for later', () => {
  const later = Match.stringLikeRegexp("do not ask for 'notes:write'");

  test('A4 are warned of: the challenge for them loses its name on the way', () => {
    const stack = stackIn();
    notesServer(stack, { endpoint: restApi(stack) });
    Annotations.fromStack(stack).hasWarning('*', later);
  });

  test('A4 are none where clients ask for all at once, or nobody signs in', () => {
    for (const props of [
      { initialScopes: ['notes:read', 'notes:write'] },
      { authorization: McpAuthorization.cognito({ clients: [] }) },
    ]) {
      const stack = stackIn();
      const access = [{ tools: ['list_notes'], scopes: ['notes:read'] }];
      notesServer(stack, { endpoint: restApi(stack), access, ...props }).addMachineClient('m', {
        scopes: ['notes:read'],
      });
      Annotations.fromStack(stack).hasNoWarning('*', later);
    }
  });
});

describe('fails', () => {
  test('fails without a domain, and says why', () => {
    const endpoint = McpEndpoint.restApi({} as RestApiEndpointProps);
    expect(() => notesServer(stackIn(), { endpoint })).toThrow(/needs a domain: .* give `domain` with a host name/);
  });

  test.each(['mcp', '/', '/mcp/', '/{proxy+}', '/.well-known/mcp', '/oauth2'])('fails with the path %s', (path) => {
    expect(() => withEndpoint({ path })).toThrow(/^path '.*' is (not allowed|taken)/);
  });

  test('fails when one endpoint or one web ACL is given to two servers', () => {
    const stack = stackIn();
    const waf = McpWaf.standard();
    const domain = domainIn(stack);
    const endpoint = McpEndpoint.restApi({ domain, waf });
    notesServer(stack, { endpoint, authorization: McpAuthorization.cognito({ clients: [oneClient()] }) }, 'A');
    expect(() => notesServer(stack, { endpoint }, 'B')).toThrow(/already belongs to 'Test\/A'/);
    const second = McpEndpoint.restApi({ domain: { ...domain, domainName: 'other.example.com' }, waf });
    expect(() => notesServer(stack, { endpoint: second }, 'C')).toThrow(/already belongs to 'Test\/A\/Endpoint'/);
  });
});

test('O6 the account’s logging role is set unless something else sets it', () => {
  expect(onlyResource(withEndpoint(), 'AWS::ApiGateway::Account').DeletionPolicy).toBe('Retain');
  withEndpoint({ cloudWatchRole: false }).resourceCountIs('AWS::ApiGateway::Account', 0);
});
