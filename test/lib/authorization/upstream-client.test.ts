/** The one app client that the broker is, and its secret. */

import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { McpAuthorization, McpEndpoint } from 'cdk-mcp';
import { notesServer, oneClient, onlyResource, resourcesOf, stackIn, templateOf, text, variablesOf } from '../support';

describe('the broker’s app client', () => {
  const template = templateOf();
  const [[id, client]] = resourcesOf(template, 'AWS::Cognito::UserPoolClient') as [ReturnType<typeof resourcesOf>[0]];

  test('A7 is the only one with which people sign in, and leads back to the broker alone', () => {
    resourcesOf(template, 'AWS::Cognito::UserPoolClient');
    expect(resourcesOf(template, 'AWS::Cognito::UserPoolClient')).toHaveLength(1);
    expect(client.Properties.CallbackURLs.map(text)).toEqual([
      `${text(variablesOf(template, 'broker').MCP_ISSUER)}/oauth2/callback`,
    ]);
  });

  test('A5 uses the code grant alone, for the declared scopes, with a secret', () => {
    expect(client.Properties).toMatchObject({
      ClientName: 'Test-Notes',
      AllowedOAuthFlows: ['code'],
      GenerateSecret: true,
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      SupportedIdentityProviders: ['COGNITO'],
    });
    expect(client.Properties.AllowedOAuthScopes.map(text)).toEqual([
      expect.stringMatching(/\/mcp\/notes:read$/),
      expect.stringMatching(/\/mcp\/notes:write$/),
    ]);
  });

  test('A11 has access tokens for 15 minutes, refresh tokens for 30 days, and leaves rotation to the broker', () => {
    expect(client.Properties).toMatchObject({
      AccessTokenValidity: 15,
      RefreshTokenValidity: 30 * 24 * 60,
      TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'minutes' },
    });
    expect(client.Properties.RefreshTokenRotation).toBeUndefined();
    expect(variablesOf(template, 'broker').MCP_GRANT_SECONDS).toBe(String(30 * 24 * 3600));
  });

  test('waits for the scopes it names, and has a style, without which its login page is an error', () => {
    const [[server]] = resourcesOf(template, 'AWS::Cognito::UserPoolResourceServer') as [[string, unknown]];
    expect(client.DependsOn).toContain(server);
    expect(onlyResource(template, 'AWS::Cognito::ManagedLoginBranding').Properties).toMatchObject({
      ClientId: { Ref: id },
      UseCognitoProvidedValues: true,
    });
  });

  test('A3 is the client whose user tokens the guard accepts', () => {
    expect(variablesOf(template, 'server').MCP_USER_CLIENTS).toEqual({ Ref: id });
    expect(variablesOf(template, 'broker').MCP_UPSTREAM_CLIENT).toEqual({ Ref: id });
  });

  test('its secret lies in Secrets Manager as CloudFormation knows it, and goes with it', () => {
    const [[secretId, secret]] = resourcesOf(template, 'AWS::SecretsManager::Secret') as [
      ReturnType<typeof resourcesOf>[0],
    ];
    expect(secret.Properties.SecretString).toEqual({ 'Fn::GetAtt': [id, 'ClientSecret'] });
    expect(secret.Properties.Name).toBeUndefined();
    expect(secret.DeletionPolicy).toBe('Delete');
    expect(variablesOf(template, 'broker').MCP_UPSTREAM_SECRET).toEqual({ Ref: secretId });
    expect(resourcesOf(template, 'Custom::DescribeCognitoUserPoolClient')).toEqual([]);
  });

  test('O4 its secret is encrypted with a key of one’s own where there is one', () => {
    const stack = stackIn();
    notesServer(stack, { encryptionKey: new Key(stack, 'Key') });
    const secret = onlyResource(Template.fromStack(stack), 'AWS::SecretsManager::Secret');
    expect(text(secret.Properties.KmsKeyId)).toMatch(/^\[Key.*\.Arn\]$/);
  });

  test('knows the path of the MCP URL has no part in the callback', () => {
    const moved = templateOf({ endpoint: McpEndpoint.httpApi({ path: '/tools/v1' }) });
    const { CallbackURLs } = onlyResource(moved, 'AWS::Cognito::UserPoolClient').Properties;
    expect(text(CallbackURLs[0])).toMatch(/\.ApiEndpoint\]\/oauth2\/callback$/);
  });

  test('fails with more scopes than Cognito allows a client', () => {
    const scopes = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`s${index}`, 'x']));
    const access = [{ tools: ['a'], scopes: ['s0'] }];
    expect(() => templateOf({ scopes, access })).toThrow(/51 scopes are declared, Cognito allows 50/);
  });
});

test('the broker knows who signs in where, and where it is itself', () => {
  const template = templateOf({ authorization: McpAuthorization.cognito({ clients: [oneClient()] }) });
  const variables = variablesOf(template, 'broker');
  expect(variables).toMatchObject({ MCP_CONTRACT: '2', MCP_SERVER: 'Test-Notes', MCP_RESOURCE_NAME: 'Notes' });
  expect(text(variables.MCP_TOKEN_ISSUER)).toMatch(/UserPool.*\.ProviderURL\]$/);
  expect(text(variables.MCP_JWKS_URI)).toBe(`${text(variables.MCP_TOKEN_ISSUER)}/.well-known/jwks.json`);
  for (const [name, end] of [
    ['MCP_UPSTREAM_AUTHORIZE', 'authorize'],
    ['MCP_UPSTREAM_TOKEN', 'token'],
    ['MCP_UPSTREAM_REVOKE', 'revoke'],
  ] as const) {
    expect(text(variables[name])).toMatch(new RegExp(`^https://.*\\.amazoncognito\\.com/oauth2/${end}$`));
  }
  expect(text(variables.MCP_SCOPE_PREFIX)).toBe(`${text(variables.MCP_RESOURCE)}/`);
  expect(JSON.parse(variables.MCP_SCOPES as string)).toEqual({
    'notes:read': 'Read your notes',
    'notes:write': 'Change your notes',
  });
});
