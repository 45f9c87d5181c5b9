/** One server in several regions, as its stacks are synthesised. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import {
  McpAuthorization,
  McpEndpoint,
  McpGlobalServer,
  type McpGlobalServerProps,
  type McpRegion,
  RegionRouting,
  UserPoolStrategy,
} from 'cdk-mcp';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { context } from '../../cdk.json';
import { notesInRegions } from '../../examples/notes/regions';
import { notesServer, oneClient, onlyResource, resourcesOf, text, variablesOf } from './support';

const EU = 'eu-central-1';
const US = 'us-east-1';
const DOMAIN = { domainName: 'mcp.example.com', hostedZoneId: 'Z1', zoneName: 'example.com' };

type Overrides = Partial<McpGlobalServerProps> & { readonly server?: Parameters<typeof notesServer>[1] };

function globalServer({ server, ...props }: Overrides = {}): McpGlobalServer {
  return new McpGlobalServer(new App(), 'Notes', {
    regions: [EU, US],
    domain: DOMAIN,
    stacks: {
      createStack(scope, id, region) {
        const stack = new Stack(scope, id, { env: region.env });
        const notes = notesServer(stack, {
          endpoint: McpEndpoint.httpApi({ domain: region.endpointDomain(stack) }),
          encryptionKey: region.encryptionKey(stack),
          region,
          ...server,
        });
        if (!server?.authorization) notes.addMachineClient('reporting', { scopes: ['notes:read'] });
        return stack;
      },
    },
    ...props,
  });
}

function templatesOf(overrides?: Overrides): { primary: Template; second: Template } {
  const [primary, second] = globalServer(overrides).stacks.map((stack) => Template.fromStack(stack));
  return { primary: primary as Template, second: second as Template };
}

const policyOf = (template: Template, id: RegExp) => {
  const found = resourcesOf(template, 'AWS::IAM::Policy').filter(([name]) => id.test(name));
  expect(found).toHaveLength(1);
  return found[0]![1].Properties.PolicyDocument.Statement;
};

const factsOf = (primary: Template): Record<string, string> => {
  const secrets = resourcesOf(primary, 'AWS::SecretsManager::Secret').map(([, { Properties }]) => Properties);
  return JSON.parse(text(secrets.find(({ Name }) => Name === 'Notes-facts').SecretString));
};

describe('two regions', () => {
  const { primary, second } = templatesOf();
  const both = [primary, second];

  test('O2 have one host name, one resource and one issuer', () => {
    for (const variable of ['MCP_RESOURCE', 'MCP_RESOURCE_METADATA', 'MCP_SCOPE_PREFIX']) {
      const [one, other] = both.map((template) => variablesOf(template, 'server')[variable]);
      expect(text(one)).toContain('https://mcp.example.com/');
      expect(one).toEqual(other);
    }
    expect(both.map((template) => variablesOf(template, 'broker').MCP_ISSUER)).toEqual([
      'https://mcp.example.com',
      'https://mcp.example.com',
    ]);
  });

  test('O2 each have a record of their own, which follows a health check of their own', () => {
    both.forEach((template, index) => {
      const [check] = resourcesOf(template, 'AWS::Route53::HealthCheck');
      expect(onlyResource(template, 'AWS::Route53::RecordSet').Properties).toMatchObject({
        Name: 'mcp.example.com.',
        Type: 'A',
        Region: [EU, US][index],
        SetIdentifier: [EU, US][index],
        HealthCheckId: { Ref: check?.[0] },
      });
    });
  });

  test('O2 are healthy where a real call is answered, and not where nobody asked', () => {
    for (const template of both) {
      const [[alarmId, alarm] = ['', undefined]] = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([id]) =>
        id.includes('ProbeUnhealthy'),
      );
      expect(alarm?.Properties).toMatchObject({
        MetricName: 'Health',
        Statistic: 'Minimum',
        Period: 60,
        EvaluationPeriods: 2,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
      });
      expect(onlyResource(template, 'AWS::Route53::HealthCheck').Properties.HealthCheckConfig).toMatchObject({
        Type: 'CLOUDWATCH_METRIC',
        AlarmIdentifier: { Name: { Ref: alarmId } },
        InsufficientDataHealthStatus: 'Unhealthy',
      });
      expect(onlyResource(template, 'AWS::Events::Rule').Properties.ScheduleExpression).toBe('rate(1 minute)');
    }
  });

  test('O5 both alarms of the probe call when they go off and when they are over, and the runbook has them', () => {
    const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8');
    for (const template of both) {
      const [[topic] = ['']] = resourcesOf(template, 'AWS::SNS::Topic');
      for (const name of ['Unhealthy', 'SignIn']) {
        const [[, alarm] = ['', undefined]] = resourcesOf(template, 'AWS::CloudWatch::Alarm').filter(([id]) =>
          id.includes(`Probe${name}`),
        );
        expect(alarm?.Properties).toMatchObject({ AlarmActions: [{ Ref: topic }], OKActions: [{ Ref: topic }] });
        expect(runbook).toMatch(new RegExp(`^## .*Probe/${name}`, 'm'));
      }
    }
  });

  test('O2 T1 there is no route for health: the probe has a token, of one scope, and the guard lets it in', () => {
    const facts = factsOf(primary);
    const known = (value: unknown) =>
      text(value).replace(
        /\{\{resolve:secretsmanager:Notes-facts:SecretString:([\w-]+)::\}\}/g,
        (_, name) => facts[name]!,
      );
    for (const template of both) {
      const keys = resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties.RouteKey);
      expect(keys.filter((key) => /health/.test(key))).toEqual([]);
      const [[, probe] = ['', undefined]] = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) =>
        id.includes('Probe'),
      );
      const variables = probe?.Properties.Environment.Variables;
      expect(variables.MCP_PROBE_SCOPE).toBe('https://mcp.example.com/mcp/notes:read');
      expect(text(variables.MCP_PROBE_ADDRESS)).toMatch(/RegionalDomainName/);
      expect(known(variablesOf(template, 'server').MCP_MACHINE_CLIENTS)).toContain(known(variables.MCP_PROBE_CLIENT));
    }
  });

  test('T4 the probe may read its one secret and write its log, nothing else', () => {
    for (const template of both) {
      const [{ Action, Resource }] = policyOf(template, /ProbeRoleSecret/);
      expect(Action).toBe('secretsmanager:GetSecretValue');
      expect(text(Resource)).toMatch(/ProbeSecret|secret:Notes-region-probe-\?\?\?\?\?\?$/);
    }
  });

  test('O2 tables are declared once, with a replica for each region, under names that all know', () => {
    const tables = resourcesOf(primary, 'AWS::DynamoDB::GlobalTable').map(([, { Properties }]) => Properties);
    expect(tables.map(({ TableName }) => TableName).sort()).toEqual(['Notes-grants', 'Notes-state']);
    for (const { Replicas, StreamSpecification } of tables) {
      expect(Replicas.map(({ Region }: { Region: string }) => Region)).toEqual([EU, US]);
      expect(StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
      for (const replica of Replicas) {
        expect(replica).toMatchObject({
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        });
      }
    }
    second.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    expect(variablesOf(second, 'server')).toMatchObject({
      MCP_GRANTS_TABLE: 'Notes-grants',
      MCP_STATE_TABLE: 'Notes-state',
    });
  });

  test('O2 both functions know the regions, the primary first', () => {
    for (const template of both) {
      for (const who of ['server', 'broker'] as const) {
        expect(text(variablesOf(template, who).MCP_REGIONS)).toBe(
          `${EU}=https://dynamodb.${EU}.[AWS::URLSuffix],${US}=https://dynamodb.${US}.[AWS::URLSuffix]`,
        );
      }
    }
  });

  test('T4 the guard reads grants alone in every region, and each role names both tables and no other', () => {
    both.forEach((template, index) => {
      const other = [US, EU][index];
      const [grants] = policyOf(template, /ServerRoleGrants/);
      expect(grants).toMatchObject({
        Action: 'dynamodb:GetItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['GRANT#*'] } },
      });
      const [state] = policyOf(template, /ServerRoleState/);
      const [broker] = policyOf(template, /BrokerRoleGrants/);
      for (const [statement, table] of [
        [grants, 'grants'],
        [state, 'state'],
        [broker, 'grants'],
      ] as const) {
        expect(statement.Resource).toHaveLength(2);
        expect(text(statement.Resource[1])).toMatch(new RegExp(`:dynamodb:${other}:.*:table/.*`));
        expect(text(statement.Resource[1])).toMatch(index === 0 ? /Grants|State/ : new RegExp(`table/Notes-${table}$`));
      }
    });
  });

  test('O2 the user pool and its clients are made in the primary region, and known in the other by replicated facts', () => {
    second.resourceCountIs('AWS::Cognito::UserPool', 0);
    second.resourceCountIs('AWS::Cognito::UserPoolClient', 0);
    second.resourceCountIs('AWS::SecretsManager::Secret', 0);
    const secrets = resourcesOf(primary, 'AWS::SecretsManager::Secret').map(([, { Properties }]) => Properties);
    expect(secrets.map(({ Name }) => Name).sort()).toEqual(['Notes-facts', 'Notes-region-probe', 'Notes-upstream']);
    for (const { ReplicaRegions } of secrets) expect(ReplicaRegions).toEqual([{ Region: US }]);
    const facts = secrets.find(({ Name }) => Name === 'Notes-facts');
    const known = Object.keys(JSON.parse(text(facts.SecretString)));
    const json = JSON.stringify(second.toJSON());
    const asked = [...json.matchAll(/\{\{resolve:secretsmanager:Notes-facts:SecretString:([\w-]+)::\}\}/g)];
    expect(new Set(asked.map(([, name]) => name))).toEqual(
      new Set([
        'issuer',
        'loginUrl',
        'client',
        'machine-reporting',
        'machine-region-probe',
        expect.stringMatching(/^machines-[0-9a-f]{12}$/),
      ]),
    );
    for (const [, name] of asked) expect(known).toContain(name);
  });

  test('O2 a partial ARN finds no other secret: no name ends in a hyphen and six characters', () => {
    for (const [, { Properties }] of resourcesOf(primary, 'AWS::SecretsManager::Secret')) {
      expect(Properties.Name).not.toMatch(/-.{6}$/);
    }
  });

  test('O2 tokens of the one pool are accepted in both regions', () => {
    const { Issuer, Audience } = onlyResource(second, 'AWS::ApiGatewayV2::Authorizer').Properties.JwtConfiguration;
    expect(Issuer).toBe('{{resolve:secretsmanager:Notes-facts:SecretString:issuer::}}');
    expect(Audience[0]).toBe('https://mcp.example.com/mcp');
  });

  test('O2 no stack imports from another or looks anything up', () => {
    const { stacks } = globalServer();
    for (const stack of stacks) {
      expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toMatch(/Fn::ImportValue|Custom::/);
    }
    expect(stacks[1]?.dependencies).toEqual([stacks[0]]);
  });
});

describe('machine clients', () => {
  const withMachines = (ids: readonly string[], only?: string[]) =>
    globalServer({
      only,
      stacks: {
        createStack(scope, id, region) {
          const stack = new Stack(scope, id, { env: region.env });
          const endpoint = McpEndpoint.httpApi({ domain: region.endpointDomain(stack) });
          const notes = notesServer(stack, { endpoint, region });
          for (const machine of ids) notes.addMachineClient(machine, { scopes: ['notes:read'] });
          return stack;
        },
      },
    });
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `client-${index}`);
  // Without the primary region, in whose functions as many would have no room.
  const referencesOf = (count: number) =>
    JSON.stringify(Template.fromStack(withMachines(numbered(count), [US]).stacks[0]!).toJSON()).match(/\{\{resolve:/g)
      ?.length;

  test('O2 are known to functions of another region by one reference to all, which changes as they do', () => {
    const listOf = (...ids: string[]) => {
      const [primary, second] = withMachines(ids).stacks.map((stack) => Template.fromStack(stack));
      const reference = text(variablesOf(second!, 'server').MCP_MACHINE_CLIENTS);
      const [, name = ''] =
        /^\{\{resolve:secretsmanager:Notes-facts:SecretString:([\w-]+)::\}\}$/.exec(reference) ?? [];
      expect(variablesOf(second!, 'broker').MCP_MACHINE_CLIENTS).toBe(reference);
      expect(factsOf(primary!)[name]?.split(',').sort()).toEqual(
        text(variablesOf(primary!, 'server').MCP_MACHINE_CLIENTS).split(',').sort(),
      );
      return name;
    };
    expect(new Set([listOf('a'), listOf('b'), listOf('a', 'b')]).size).toBe(3);
    expect(listOf('b', 'a')).toBe(listOf('a', 'b'));
  });

  test('O2 take one dynamic reference each, and more than CloudFormation reads are refused', () => {
    expect(referencesOf(20)).toBe(34);
    expect(referencesOf(46)).toBe(60);
    expect(() => referencesOf(47)).toThrow('the stack has 61 dynamic references, CloudFormation reads 60');
  });
});

test('O2 failover has a primary and a secondary record', () => {
  const { primary, second } = templatesOf({ routing: RegionRouting.FAILOVER });
  expect(onlyResource(primary, 'AWS::Route53::RecordSet').Properties).toMatchObject({ Failover: 'PRIMARY' });
  expect(onlyResource(second, 'AWS::Route53::RecordSet').Properties).toMatchObject({ Failover: 'SECONDARY' });
});

test('O4 keys of one’s own encrypt every replica, and are used through its region’s services alone', () => {
  const keyOf = (region: string) => `arn:aws:kms:${region}:111111111111:key/${region}`;
  const encryptionKeyArns = { [EU]: keyOf(EU), [US]: keyOf(US) };
  const { primary, second } = templatesOf({ encryptionKeyArns });
  for (const [, { Properties }] of resourcesOf(primary, 'AWS::DynamoDB::GlobalTable')) {
    expect(
      Properties.Replicas.map((replica: Record<string, Record<string, string>>) => replica.SSESpecification),
    ).toEqual([{ KMSMasterKeyId: keyOf(EU) }, { KMSMasterKeyId: keyOf(US) }]);
  }
  for (const [, { Properties }] of resourcesOf(primary, 'AWS::SecretsManager::Secret')) {
    expect(Properties.ReplicaRegions).toEqual([{ Region: US, KmsKeyId: keyOf(US) }]);
  }
  const statements = policyOf(second, /BrokerRoleGrants/).filter(({ Action }: { Action: string[] }) =>
    [Action].flat().includes('kms:Decrypt'),
  );
  expect(
    statements.map(
      ({ Resource, Condition }: { Resource: unknown; Condition: Record<string, Record<string, unknown>> }) => [
        Resource,
        text(Condition.StringEquals?.['kms:ViaService']),
      ],
    ),
  ).toEqual([
    [keyOf(US), `dynamodb.${US}.[AWS::URLSuffix]`],
    [keyOf(EU), `dynamodb.${EU}.[AWS::URLSuffix]`],
    [keyOf(US), `secretsmanager.${US}.[AWS::URLSuffix]`],
  ]);
});

describe('a replicated user pool', () => {
  const arn = 'arn:aws:acm:us-east-1:111111111111:certificate/11111111-2222-3333-4444-555555555555';
  const certificate = Certificate.fromCertificateArn(new Stack(), 'Certificate', arn);
  const keyArn = `arn:aws:kms:${EU}:111111111111:key/mrk-1`;
  const replicated = (options: object, server: object = {}) => {
    const authorization = () => McpAuthorization.cognito({ clients: [oneClient()], ...options });
    return globalServer({
      userPool: UserPoolStrategy.replicated(keyArn),
      server: {
        get authorization() {
          return authorization();
        },
        ...server,
      } as Overrides['server'],
    });
  };

  test('O2 has a replica, an issuer that both regions answer for, and a login page that moves', () => {
    const { stacks } = replicated({ customDomain: { domainName: 'login.example.com', certificate } });
    const primary = Template.fromStack(stacks[0]!);
    expect(onlyResource(primary, 'AWS::Cognito::UserPoolReplica').Properties).toMatchObject({ RegionName: US });
    expect(onlyResource(primary, 'AWS::Cognito::UserPool').Properties).toMatchObject({
      IssuerConfiguration: { Type: 'UPDATED' },
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: keyArn },
    });
    const [check] = resourcesOf(primary, 'AWS::Route53::HealthCheck');
    expect(onlyResource(primary, 'AWS::Cognito::UserPoolDomain').Properties.Routing).toEqual({
      Failover: { PrimaryRoute53HealthCheckId: { Ref: check?.[0] }, SecondaryRegion: US },
    });
    expect(text(variablesOf(primary, 'server').MCP_TOKEN_ISSUER)).toMatch(
      new RegExp(`^https://issuer-cognito-idp\\.${EU}\\.\\[AWS::URLSuffix\\]/`),
    );
  });

  test.each<[string, () => McpAuthorization]>([
    ['oidc', () => McpAuthorization.oidc({ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/keys' })],
    [
      'oauth',
      () => McpAuthorization.oauth({ issuer: 'https://id.example.com', jwksUri: 'https://id.example.com/keys' }),
    ],
    [
      'userPool',
      () =>
        McpAuthorization.userPool(UserPool.fromUserPoolId(new Stack(), 'Theirs', `${EU}_abc`), {
          clients: [oneClient()],
        }),
    ],
  ])('O2 fails with McpAuthorization.%s, where nothing would be replicated', (name, authorization) => {
    const server = {
      get authorization() {
        return authorization();
      },
    } as Overrides['server'];
    expect(() => globalServer({ userPool: UserPoolStrategy.replicated(keyArn), server })).toThrow(
      `and none of McpAuthorization.${name}: leave \`userPool\` of the McpGlobalServer out`,
    );
  });

  test('O2 fails without a login page that can move', () => {
    expect(() => replicated({})).toThrow('give `customDomain`');
  });
});

test('O2 a provider that exists serves every region, and its health is asked for without a token', () => {
  const issuer = 'https://id.example.com';
  const { stacks } = globalServer({
    server: {
      get authorization() {
        return McpAuthorization.oidc({ issuer, jwksUri: `${issuer}/keys`, clients: ['desktop'] });
      },
    } as Overrides['server'],
  });
  for (const stack of stacks) {
    const template = Template.fromStack(stack);
    expect(variablesOf(template, 'server').MCP_TOKEN_ISSUER).toBe(issuer);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('asked for without a token'));
  }
});

test('O2 O3 a wave of a pipeline builds one region, as it is built among all', () => {
  const whole = templatesOf().second.toJSON();
  const [only] = globalServer({ only: [US] }).stacks;
  expect(Template.fromStack(only!).toJSON()).toEqual(whole);
});

test('O2 the example stands in as many regions as are named', () => {
  const { stacks } = notesInRegions(new App(), [EU, US, 'ap-northeast-1']);
  expect(stacks.map(({ region }) => region)).toEqual([EU, US, 'ap-northeast-1']);
  const [primary] = stacks.map((stack) => Template.fromStack(stack));
  for (const [, { Properties }] of resourcesOf(primary!, 'AWS::DynamoDB::GlobalTable')) {
    expect(Properties.Replicas).toHaveLength(3);
  }
});

describe('reviewers’ tools', () => {
  const findings = (app: App): string[] => {
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
    const report = join(app.outdir, 'validation-report.json');
    try {
      app.synth();
    } catch (error) {
      if (!existsSync(report)) throw error;
    }
    const { pluginReports } = JSON.parse(readFileSync(report, 'utf8')) as {
      pluginReports: { violations: { ruleName: string }[] }[];
    };
    return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
  };

  test('O7 find nothing in any region of the example', () => {
    const app = new App({ context });
    notesInRegions(app, [EU, US]);
    expect(findings(app)).toEqual([]);
  });
});

describe('fails', () => {
  test.each<[string, Overrides, string]>([
    ['with one region', { regions: [EU] }, 'needs two or more'],
    ['with what is no region', { regions: [EU, 'Frankfurt'] }, "'Frankfurt' is no region"],
    ['with a region that stands twice', { regions: [EU, EU] }, 'stands twice'],
    [
      'with three regions and failover',
      { regions: [EU, US, 'eu-west-1'], routing: RegionRouting.FAILOVER },
      'takes two regions',
    ],
    [
      'with three regions and a replicated pool',
      { regions: [EU, US, 'eu-west-1'], userPool: UserPoolStrategy.replicated('arn') },
      'Cognito replicates a pool to one',
    ],
    ['with a wave that is no region of it', { only: ['eu-west-1'] }, "`only` names 'eu-west-1'"],
    ['with a wave of nothing', { only: [] }, '`only` is empty'],
    ['with a name that no table could have', { name: 'no way' }, "name 'no way' is not allowed"],
    ['with a host outside its zone', { domain: { ...DOMAIN, zoneName: 'example.org' } }, 'is not in the zone'],
    ['with what is no host', { domain: { ...DOMAIN, domainName: 'https://mcp.example.com' } }, 'is not a host name'],
    ['with a key for one region of two', { encryptionKeyArns: { [EU]: 'arn' } }, "has no key for 'us-east-1'"],
    [
      'with a certificate for another region',
      { domain: { ...DOMAIN, certificateArns: { 'eu-west-1': 'arn' } } },
      "`certificateArns` names 'eu-west-1'",
    ],
    [
      'with a certificate of another region',
      { domain: { ...DOMAIN, certificateArns: { [EU]: `arn:aws:acm:${US}:111111111111:certificate/1` } } },
      `cannot be used in ${EU}: write arn:<partition>:acm:${EU}:<account>:certificate/<id>`,
    ],
    [
      'with a certificate that is none',
      { domain: { ...DOMAIN, certificateArns: { [EU]: 'x' } } },
      `certificateArns: 'x' cannot be used in ${EU}`,
    ],
    ['with a zone without an id', { domain: { ...DOMAIN, hostedZoneId: '' } }, "hostedZoneId '' is none: write the id"],
    [
      'with the name of a zone for its id',
      { domain: { ...DOMAIN, hostedZoneId: 'example.com' } },
      "hostedZoneId 'example.com' is none: write the id",
    ],
    [
      'with a key of another region',
      {
        encryptionKeyArns: {
          [EU]: `arn:aws:kms:${US}:111111111111:key/1`,
          [US]: `arn:aws:kms:${US}:111111111111:key/1`,
        },
      },
      `cannot be used in ${EU}: write arn:<partition>:kms:${EU}:<account>:key/<id> (at`,
    ],
    [
      'with the alias of a key',
      {
        encryptionKeyArns: {
          [EU]: `arn:aws:kms:${EU}:111111111111:alias/a`,
          [US]: `arn:aws:kms:${US}:111111111111:key/1`,
        },
      },
      `alias/a' cannot be used in ${EU}`,
    ],
    [
      'with a pool whose key is of one region alone',
      { userPool: UserPoolStrategy.replicated(`arn:aws:kms:${EU}:111111111111:key/1`) },
      `the key of UserPoolStrategy.replicated: 'arn:aws:kms:${EU}:111111111111:key/1' cannot be used`,
    ],
    ['with what is no account', { account: '12' }, "account '12' is none: write its twelve digits"],
    ['with regions of two partitions', { regions: [EU, 'cn-north-1'] }, "'aws', 'aws-cn', which share no account"],
  ])('O2 %s', (_name, overrides, message) => {
    expect(() => globalServer(overrides)).toThrow(message);
  });

  const withStack = (createStack: McpGlobalServerProps['stacks']['createStack']) =>
    globalServer({ stacks: { createStack } });

  test('O2 when a stack is not in its region', () => {
    expect(() => withStack((scope, id) => new Stack(scope, id))).toThrow('give it `env: region.env`');
  });

  test('O2 when the server is not told its region, so that nothing would watch it', () => {
    const { stacks } = withStack((scope, id, region) => {
      const stack = new Stack(scope, id, { env: region.env });
      notesServer(stack, { endpoint: McpEndpoint.httpApi({ domain: region.endpointDomain(stack) }) });
      return stack;
    });
    expect(() => Template.fromStack(stacks[0]!)).toThrow('give `region` to the SecureMcpServer');
  });

  test('O2 when the endpoint has not the one host name', () => {
    const build = (scope: ConstructorParameters<typeof Stack>[0], id: string, region: McpRegion) => {
      const stack = new Stack(scope, id, { env: region.env });
      notesServer(stack, { region });
      return stack;
    };
    expect(() => withStack(build)).toThrow('give `region.endpointDomain(...)`');
  });

  test('O2 when a region has two servers', () => {
    expect(() =>
      withStack((scope, id, region) => {
        const stack = new Stack(scope, id, { env: region.env });
        const endpoint = McpEndpoint.httpApi({ domain: region.endpointDomain(stack) });
        notesServer(stack, { region, endpoint });
        notesServer(stack, { region }, 'Other');
        return stack;
      }),
    ).toThrow("already has the server 'Notes/eu-central-1/Notes'");
  });
});
