import { type Deployment, readDeployment } from '../../../local/deployment/deployment';
import { findServers } from '../../../local/describe-stack';
import { readAssembly } from '../../../local/template/assembly';
import type { Template } from '../../../local/template/template';
import { changed, withResource, writeAssembly } from '../fixtures/assembly';
import { REST_STACK, REST_TEMPLATE } from '../fixtures/rest-stack';

function deploy(template: Template = REST_TEMPLATE): Deployment {
  return readDeployment(readAssembly(writeAssembly([{ ...REST_STACK, template }])), 4200);
}

const change = (logicalId: string, properties: Record<string, unknown>) =>
  changed(REST_TEMPLATE, logicalId, properties);

const properties = (logicalId: string) => REST_TEMPLATE.Resources?.[logicalId]?.Properties as Record<string, object>;

const integration = (changes: object) =>
  change('PostMcp', { Integration: { ...properties('PostMcp').Integration, ...changes } });

const rule = (statement: object, more: object = {}) =>
  change('Acl', {
    Rules: [{ Name: 'R', Priority: 0, Action: { Block: {} }, VisibilityConfig: {}, Statement: statement, ...more }],
  });

test('a REST API is read with its tree, methods, stage, gateway responses and web ACL', () => {
  const { restApis, functions, endpoints } = deploy();
  const [api] = restApis;
  expect(api?.resources.map(({ path, methods }) => [path, methods.map(({ httpMethod }) => httpMethod)])).toEqual([
    ['/', []],
    ['/mcp', ['POST', 'OPTIONS']],
    ['/pages', []],
    ['/pages/{page+}', ['ANY']],
  ]);
  const post = api?.resources[1]?.methods[0];
  expect(post?.integration).toMatchObject({ kind: 'lambda', streaming: true, timeoutMs: 900_000 });
  expect(post?.authorizer).toMatchObject({ headers: ['authorization'], ttlMs: 300_000, byRole: false });
  expect(api?.stage.throttles).toMatchObject([
    { method: '*', path: '/*', ThrottlingRateLimit: 100 },
    { method: 'POST', path: '/mcp', ThrottlingRateLimit: 10 },
  ]);
  // What a gateway response says of the deployed origin is said of the local one.
  expect(api?.gatewayResponses.UNAUTHORIZED?.headers).toEqual({
    'WWW-Authenticate': `'Bearer resource_metadata="http://localhost:4200/mcp"'`,
  });
  expect(api?.webAcl?.rules.map(({ name }) => name)).toEqual(['Blocked', 'PerAddress']);
  expect(api?.webAcl?.bodyLimit).toBe(65_536);
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['Server', 'Page', 'Judge']);
  expect(endpoints.filter(({ target }) => target === api?.id)).toEqual([
    expect.objectContaining({ kind: 'custom-domain', deployed: 'https://rest.example.com', port: 4200, basePath: '' }),
    expect.objectContaining({ kind: 'execute-api', port: 4203, disabled: true, basePath: '/live' }),
  ]);
});

test('an MCP server is found behind a base path, too', () => {
  expect(findServers(deploy()).map(({ resource }) => resource)).toEqual(['http://localhost:4200/mcp']);
  const template = changed(change('Mapping', { BasePath: 'v1' }), 'Resource', {
    ...properties('Resource'),
    Identifier: 'https://rest.example.com/v1/mcp',
  });
  const moved = changed(template, 'Person', { AllowedOAuthScopes: ['https://rest.example.com/v1/mcp/read'] });
  expect(findServers(deploy(moved)).map(({ resource }) => resource)).toEqual(['http://localhost:4200/v1/mcp']);
});

test('says which rules of a web ACL are not followed here', () => {
  expect(deploy().notes).toEqual([
    expect.stringContaining('Acl (Reputation): rules that AWS keeps are not known here'),
  ]);
  const { notes, restApis } = deploy(rule({ GeoMatchStatement: { CountryCodes: ['AQ'] } }));
  expect(notes).toEqual(['Acl (R): nobody here knows the country of an address']);
  expect(restApis[0]?.webAcl?.rules).toEqual([]);
  const foreign = deploy(
    change('Association', { WebACLArn: 'arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/x/y' }),
  );
  expect(foreign.notes[0]).toBe('Association: the web ACL is no part of the app, its rules are not known here');
  expect(foreign.restApis[0]?.webAcl).toBeUndefined();
});

describe('fails for what cannot be honoured here:', () => {
  const refused: [string, () => Template, string][] = [
    ['an edge-optimized API', () => change('Rest', { EndpointConfiguration: undefined }), 'only REGIONAL'],
    ['a resource policy', () => change('Rest', { Policy: {} }), 'property Policy of Rest'],
    ['an API from a document', () => change('Rest', { Body: {} }), 'property Body of Rest'],
    ['two stages', () => withResource(REST_TEMPLATE, 'Second', REST_TEMPLATE.Resources?.Live), 'must have one stage'],
    ['a stage without deployment', () => change('Live', { DeploymentId: 'other' }), 'shows no deployment of its API'],
    [
      'a method setting whose path is not escaped',
      () => change('Live', { MethodSettings: [{ HttpMethod: 'POST', ResourcePath: '/oauth2/token' }] }),
      'write /~1oauth2~1token',
    ],
    ['a cache', () => change('Live', { CacheClusterSize: '0.5' }), 'CacheClusterSize of Live'],
    [
      'a domain for two APIs',
      () => withResource(REST_TEMPLATE, 'Again', REST_TEMPLATE.Resources?.Mapping),
      'several APIs',
    ],
    ['a mapping of another stage', () => change('Mapping', { Stage: 'test' }), 'another stage than that of Rest'],
    ['a token authorizer', () => change('Tokens', { Type: 'TOKEN' }), 'use REQUEST'],
    [
      'an identity source in the query',
      () => change('Tokens', { IdentitySource: 'method.request.querystring.t' }),
      'only method.request.header',
    ],
    ['a cache without identity', () => change('Tokens', { IdentitySource: undefined }), 'API Gateway refuses it too'],
    ['a cache of a day', () => change('Tokens', { AuthorizerResultTtlInSeconds: 86_400 }), 'takes 0 to 3600'],
    [
      'an authorizer that calls nothing',
      () => change('Tokens', { AuthorizerUri: 'arn:x' }),
      'calls no function of the app',
    ],
    ['a method signed with IAM', () => change('PostMcp', { AuthorizationType: 'AWS_IAM' }), 'use NONE or CUSTOM'],
    ['an authorizer of nobody', () => change('PostMcp', { AuthorizerId: 'x' }), 'names none of its API'],
    ['an API key', () => change('PostMcp', { ApiKeyRequired: true }), 'wants an API key'],
    ['another integration', () => integration({ Type: 'AWS' }), 'use AWS_PROXY, HTTP_PROXY or MOCK'],
    [
      'a streaming call of the buffered kind',
      () => integration({ ResponseTransferMode: 'BUFFERED' }),
      'ResponseTransferMode BUFFERED',
    ],
    ['an unknown transfer mode', () => integration({ ResponseTransferMode: 'DRIP' }), 'use BUFFERED or STREAM'],
    ['a function called by GET', () => integration({ IntegrationHttpMethod: 'GET' }), 'must be POST'],
    ['20 minutes', () => integration({ TimeoutInMillis: 1_200_000 }), 'REST APIs take 50 to 900000'],
    [
      'a proxy to the internet',
      () => integration({ Type: 'HTTP_PROXY', Uri: 'https://x.example/' }),
      'does not lead through a VPC link',
    ],
    [
      'a gateway response that sets a query',
      () => change('Unauthorized', { ResponseParameters: { 'gatewayresponse.querystring.x': "'1'" } }),
      'only gatewayresponse.header.<name>',
    ],
    [
      'a statement nobody evaluates',
      () => rule({ SqliMatchStatement: {} }),
      'a SqliMatchStatement, which is not evaluated here',
    ],
    [
      'a captcha',
      () => rule({ ByteMatchStatement: {} }, { Action: { Captcha: {} } }),
      'neither allows nor blocks nor counts',
    ],
    ['a rate of 5', () => rule({ RateBasedStatement: { AggregateKeyType: 'IP', Limit: 5 } }), 'takes 10 or more'],
    [
      'a rate by cookie',
      () => rule({ RateBasedStatement: { AggregateKeyType: 'CUSTOM_KEYS', CustomKeys: [{ Cookie: {} }], Limit: 10 } }),
      'counts by Cookie',
    ],
    [
      'a rate by a header about the address',
      () => rule({ RateBasedStatement: { AggregateKeyType: 'FORWARDED_IP', Limit: 10 } }),
      'use IP, CUSTOM_KEYS',
    ],
    [
      'a template that computes',
      () =>
        change('Preflight', {
          Integration: {
            ...properties('Preflight').Integration,
            IntegrationResponses: [{ StatusCode: '204', ResponseTemplates: { 'application/json': '#set($o = 1)' } }],
          },
        }),
      'computes its answer by a template',
    ],
  ];
  test.each(refused)('%s', (_what, template, message) => {
    expect(() => deploy(template())).toThrow(message);
  });
});

test.each(['https', 'http'])(
  'a VPC link keeps the deployed URL (%s), and the target hears the local host',
  (scheme) => {
    const proxy = {
      Type: 'HTTP_PROXY',
      IntegrationHttpMethod: 'POST',
      ConnectionType: 'VPC_LINK',
      ConnectionId: 'link',
      IntegrationTarget: 'lb',
      ResponseTransferMode: 'STREAM',
      Uri: `${scheme}://rest.example.com/mcp`,
    };
    const [api] = deploy(change('PostMcp', { Integration: proxy })).restApis;
    expect(api?.resources[1]?.methods[0]?.integration).toMatchObject({
      kind: 'http',
      uri: `${scheme}://rest.example.com/mcp`,
      host: 'localhost:4200',
      target: 'lb',
      linkId: 'link',
    });
  },
);
