import { App, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { SecureMcpServer } from 'cdk-mcp';
import { anyHosting, notesServer, resourcesOf, stackIn, templateOf, text, variablesOf } from './support';

describe('a server', () => {
  test('tells where it is and who issues its tokens', () => {
    const stack = stackIn();
    const server = notesServer(stack);
    const [mcpUrl, metadata, issuer] = [server.mcpUrl, server.resourceMetadataUrl, server.issuer].map((value) =>
      text(stack.resolve(value)),
    );
    expect(mcpUrl).toBe(`${issuer}/mcp`);
    expect(metadata).toBe(`${issuer}/.well-known/oauth-protected-resource/mcp`);
    expect(server.userPool?.userPoolId).toBeDefined();
    expect(server.userPoolDomain?.domainName).toBeDefined();
  });

  test('A3 tells the guard whose tokens it may accept, and for what', () => {
    const variables = variablesOf(templateOf(), 'server');
    expect(variables).toMatchObject({ MCP_CONTRACT: '2', MCP_SERVER: 'Test-Notes' });
    expect(text(variables.MCP_TOKEN_ISSUER)).toMatch(/\.ProviderURL\]$/);
    expect(text(variables.MCP_JWKS_URI)).toBe(`${text(variables.MCP_TOKEN_ISSUER)}/.well-known/jwks.json`);
    expect(text(variables.MCP_SCOPE_PREFIX)).toBe(`${text(variables.MCP_RESOURCE)}/`);
    expect(Object.keys(variables).sort()).toEqual(
      [
        'MCP_CONTRACT',
        'MCP_GRANTS_TABLE',
        'MCP_STATE_TABLE',
        'MCP_JWKS_URI',
        'MCP_MACHINE_CLIENTS',
        'MCP_POLICY',
        'MCP_RESOURCE',
        'MCP_RESOURCE_METADATA',
        'MCP_SCOPE_PREFIX',
        'MCP_SERVER',
        'MCP_TOKEN_ISSUER',
        'MCP_TRACING',
        'MCP_USER_CLIENTS',
      ].sort(),
    );
  });

  test('T3 hands the whole policy to the guard', () => {
    const policy = JSON.parse(variablesOf(templateOf(), 'server').MCP_POLICY as string);
    expect(policy.scopes).toEqual(['notes:read', 'notes:write']);
    expect(policy.rules).toHaveLength(3);
    expect(policy.rules[2]).toEqual({ tools: ['delete_*'], scopes: ['notes:write'], groups: ['admins'] });
  });

  test('begins with the first scope, or with those it is told', () => {
    const first = variablesOf(templateOf(), 'broker').MCP_INITIAL_SCOPES;
    expect(first).toBe('notes:read');
    const both = variablesOf(templateOf({ initialScopes: ['notes:write', 'notes:read'] }), 'broker').MCP_INITIAL_SCOPES;
    expect(both).toBe('notes:write notes:read');
  });

  test('T4 what it is granted goes to the role of its own code alone', () => {
    const stack = stackIn();
    new Bucket(stack, 'Bucket').grantRead(notesServer(stack));
    const granted = resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy').filter(([, { Properties }]) =>
      JSON.stringify(Properties.PolicyDocument).includes('s3:GetObject'),
    );
    expect(granted).toHaveLength(1);
    expect(granted[0]![1].Properties.Roles).toEqual([{ Ref: expect.stringContaining('NotesServerRole') }]);
  });

  test('measures refusals, latency and errors under its own name', () => {
    const server = notesServer(stackIn(), { serverName: 'notes' });
    const metrics = [server.metricRefusals(), server.metricLatency(), server.metricErrors({ statistic: 'Maximum' })];
    expect(metrics.map(({ namespace, metricName, statistic }) => [namespace, metricName, statistic])).toEqual([
      ['cdk-mcp', 'Refusals', 'Sum'],
      ['cdk-mcp', 'Latency', 'Average'],
      ['cdk-mcp', 'Errors', 'Maximum'],
    ]);
    for (const metric of metrics) expect(metric.dimensions).toEqual({ Server: 'notes' });
  });

  test('has a name for people', () => {
    expect(variablesOf(templateOf({ displayName: 'Team notes' }), 'broker').MCP_RESOURCE_NAME).toBe('Team notes');
  });

  test('is named by its path, also within a stage, and with a hash where that is too long', () => {
    const stage = new Stage(new App(), 'Prod');
    expect(notesServer(new Stack(stage, 'App')).serverName).toBe('Prod-App-Notes');
    const long = notesServer(new Stack(stage, 'x'.repeat(70))).serverName;
    expect(long).toMatch(/^[A-Za-z0-9-]{1,64}$/);
  });

  test('fails with a name metrics could not bear', () => {
    expect(() => templateOf({ serverName: 'my notes' })).toThrow(/serverName 'my notes' is not allowed/);
  });

  test('fails with all problems of its policy at once, and says where', () => {
    const access = [{ tools: ['a'], scopes: ['x'] }, { scopes: ['notes:read'] }];
    expect(() => templateOf({ access })).toThrow(
      /2 problems:\n- unknown scope 'x'.*\n- access\[1\].*\n \(at Test\/Notes\)/,
    );
  });

  test('two of them live in one stack, each with its own everything', () => {
    const stack = stackIn();
    const [a, b] = [notesServer(stack, {}, 'A'), notesServer(stack, {}, 'B')];
    expect(a.serverName).not.toBe(b.serverName);
    const template = Template.fromStack(stack);
    for (const type of [
      'ApiGatewayV2::Api',
      'Cognito::UserPool',
      'Cognito::UserPoolDomain',
      'ApiGatewayV2::Authorizer',
    ]) {
      template.resourceCountIs(`AWS::${type}`, 2);
    }
    const domains = resourcesOf(template, 'AWS::Cognito::UserPoolDomain').map(([, { Properties }]) =>
      text(Properties.Domain),
    );
    expect(domains[0]).not.toBe(domains[1]);
  });

  test('has no network connections of its own outside a VPC', () => {
    const server = notesServer(stackIn());
    expect(() => server.connections).toThrow(/not in a VPC: give `vpc` to its hosting/);
  });

  test('has the connections of its function inside one', () => {
    const stack = stackIn();
    const server = notesServer(stack, { hosting: anyHosting({ vpc: new Vpc(stack, 'Vpc', { natGateways: 1 }) }) });
    expect(server.connections.securityGroups).toHaveLength(1);
  });

  test('makes no outputs and fixes no physical names', () => {
    const template = templateOf();
    expect(template.toJSON().Outputs).toBeUndefined();
    const named = /^(FunctionName|RoleName|LogGroupName|UserPoolName|ManagedPolicyName)$/;
    const resources = Object.values<{ Type: string; Properties?: object }>(template.toJSON().Resources);
    // Their properties of these names refer to other resources.
    const referring = ['AWS::Lambda::Permission', 'AWS::Logs::MetricFilter'];
    for (const { Type, Properties } of resources.filter((resource) => !referring.includes(resource.Type))) {
      const fixed = Object.keys(Properties ?? {}).filter((property) => named.test(property));
      expect([Type, fixed]).toEqual([Type, []]);
    }
  });
});

describe('what a server keeps', () => {
  test('O4 O8 logs are kept for a year, and stay when the stack goes', () => {
    const groups = resourcesOf(templateOf(), 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(3);
    for (const [, group] of groups) {
      expect(group.Properties.RetentionInDays).toBe(365);
      expect(group.DeletionPolicy).toBe('Retain');
    }
  });

  test('O4 O8 retention and removal can be chosen', () => {
    const template = templateOf({ logRetention: RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY });
    for (const [, group] of resourcesOf(template, 'AWS::Logs::LogGroup')) {
      expect(group.Properties.RetentionInDays).toBe(7);
      expect(group.DeletionPolicy).toBe('Delete');
    }
  });

  test('O4 a key of one’s own encrypts every log group, and its policy lets CloudWatch Logs use it', () => {
    const stack = stackIn();
    notesServer(stack, { encryptionKey: new Key(stack, 'Key') });
    const template = Template.fromStack(stack);
    for (const [, group] of resourcesOf(template, 'AWS::Logs::LogGroup')) {
      expect(text(group.Properties.KmsKeyId)).toMatch(/^\[Key.*\.Arn\]$/);
    }
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: Match.arrayWith(['kms:Encrypt']),
            Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': Match.anyValue() } },
          }),
        ]),
      },
    });
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('encryptionKey'));
  });

  test('O4 an imported key is used, with a warning that its policy must be changed elsewhere', () => {
    const stack = stackIn();
    const encryptionKey = Key.fromKeyArn(
      stack,
      'Key',
      'arn:aws:kms:eu-central-1:111111111111:key/11111111-2222-3333-4444-555555555555',
    );
    notesServer(stack, { encryptionKey });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('policy of `encryptionKey` cannot be changed'));
  });

  test('O6 audit records and access logs have groups of their own', () => {
    const stack = stackIn();
    const server = notesServer(stack);
    const [audit, access] = [server.auditLogGroup, server.accessLogGroup].map((group) =>
      text(stack.resolve(group.logGroupName)),
    );
    expect(audit).toMatch(/NotesServerLogs/);
    expect(access).toMatch(/NotesEndpointAccessLogs/);
  });
});

describe('a warning', () => {
  function warned(overrides: Partial<Parameters<typeof notesServer>[1]>, message: string): void {
    const stack = stackIn();
    notesServer(stack, overrides);
    Annotations.fromStack(stack).hasWarning('/Test/Notes', Match.stringLikeRegexp(message));
  }

  test('comes with a scope no rule needs', () => {
    warned(
      { access: [{ tools: ['a'], scopes: ['notes:read'] }] },
      "scope 'notes:write' is declared but no rule needs it",
    );
  });

  test('comes with a rule for every tool', () => {
    warned({ access: [{ tools: ['*'], scopes: ['notes:read'] }] }, 'access\\[0\\] allows all tools');
  });

  test('comes with a template whose expansions no rule names', () => {
    warned(
      { access: [{ resources: ['notes://note/{id}'], scopes: ['notes:read'] }] },
      "write 'notes://note/\\*' to allow",
    );
  });

  test('does not come with a policy that says what it means', () => {
    const stack = stackIn();
    notesServer(stack);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });
});

test('can be built in any order with other constructs of a stack', () => {
  const stack = stackIn();
  const server: SecureMcpServer = notesServer(stack);
  new Bucket(stack, 'Later').grantRead(server);
  server.addMachineClient('last', { scopes: ['notes:read'] });
  expect(() => Template.fromStack(stack)).not.toThrow();
});
