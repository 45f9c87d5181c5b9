import type { Template } from 'aws-cdk-lib/assertions';
import type { DownstreamService } from '../../lib/downstream-service';
import { compilePolicy, type PolicyInput, policyProblems } from '../../lib/private/policy';
import { resourcesOf, templateOf, text, variablesOf } from './support';

const BILLING = { audience: 'https://billing.example.com', scopes: ['notes:read'] };
const base: PolicyInput = {
  scopes: { 'notes:read': 'Read', 'notes:write': 'Write' },
  access: [{ tools: ['*'], scopes: ['notes:read'] }],
};

function exchangeClients(template: Template) {
  return resourcesOf(template, 'AWS::Cognito::UserPoolClient').filter(([id]) => id.includes('Exchange'));
}

const permissions = (template: Template) =>
  resourcesOf(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
    JSON.stringify(Properties).includes('GetDerivedToken'),
  );

describe('a server with services behind it', () => {
  let template: Template;
  beforeAll(() => {
    template = templateOf({ downstream: [BILLING, { audience: 'archive', scopes: ['notes:read'] }] });
  });

  test('A14 has an app client that exchanges tokens, with those scopes and no more, where nobody signs in', () => {
    const [[, client] = []] = exchangeClients(template);
    expect(exchangeClients(template)).toHaveLength(1);
    expect(client?.Properties).toMatchObject({
      ExplicitAuthFlows: ['ALLOW_TOKEN_EXCHANGE_IMPERSONATION'],
      AllowedOAuthFlows: ['client_credentials'],
      GenerateSecret: true,
    });
    expect(client?.Properties.CallbackURLs).toBeUndefined();
    expect(client?.Properties.AllowedOAuthScopes.map(text)).toEqual([expect.stringMatching(/\/mcp\/notes:read$/)]);
    expect(client?.DependsOn).toEqual([expect.stringMatching(/ResourceServer/)]);
  });

  test('A14 its function knows the client by its id alone; nothing reads the secret', () => {
    const [[id] = []] = exchangeClients(template);
    expect(variablesOf(template, 'server').MCP_EXCHANGE_CLIENT).toEqual({ Ref: id });
    expect(variablesOf(template, 'broker').MCP_EXCHANGE_CLIENT).toBeUndefined();
    expect(JSON.stringify(template.toJSON())).not.toContain(`{"Fn::GetAtt":["${id}","ClientSecret"]}`);
  });

  test('T4 A14 its role may exchange tokens of that pool, and the broker may not', () => {
    const [[, policy] = []] = permissions(template);
    expect(permissions(template)).toHaveLength(1);
    expect(policy?.Properties.PolicyDocument.Statement).toEqual([
      {
        Action: 'cognito-idp:GetDerivedToken',
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/UserPool/), 'Arn'] },
      },
    ]);
    const server = resourcesOf(template, 'AWS::Lambda::Function').find(([, { Properties }]) =>
      Properties.Description.startsWith('MCP server'),
    );
    expect(policy?.Properties.Roles).toEqual([{ Ref: server?.[1].Properties.Role['Fn::GetAtt'][0] }]);
  });

  test('A14 tells the guard audiences and scopes', () => {
    const policy = JSON.parse(String(variablesOf(template, 'server').MCP_POLICY));
    expect(policy.downstream).toEqual([BILLING, { audience: 'archive', scopes: ['notes:read'] }]);
  });
});

test('T4 A14 a server without such services has neither client nor permission', () => {
  const template = templateOf();
  expect(exchangeClients(template)).toEqual([]);
  expect(permissions(template)).toEqual([]);
  expect(variablesOf(template, 'server').MCP_EXCHANGE_CLIENT).toBeUndefined();
  expect(compilePolicy(base).downstream).toBeUndefined();
});

test.each<[string, DownstreamService[], RegExp]>([
  [
    'no audience',
    [{ ...BILLING, audience: '' }],
    /^audience '' of downstream\[0\] is none: write what its tokens have/,
  ],
  ['an audience with a space', [{ ...BILLING, audience: 'a b' }], /is none: write what its tokens have as `aud`/],
  ['one audience twice', [BILLING, BILLING], /stands twice in `downstream`: put its scopes together/],
  ['no scopes', [{ ...BILLING, scopes: [] }], /`scopes` of downstream\[0\] is empty: name one or more of 'notes:read'/],
  [
    'a scope of another server',
    [{ ...BILLING, scopes: ['https://billing.example.com/read'] }],
    /unknown scope 'https:\/\/billing.example.com\/read' in `scopes` of downstream\[0\]: declare it in `scopes`/,
  ],
])('A14 fails for %s', (_name, downstream, message) => {
  expect(policyProblems({ ...base, downstream })).toEqual([expect.stringMatching(message)]);
});
