import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Duration, type Environment, Stack, type StackProps, Stage, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { McpDeliveryPipeline, type McpDeliveryPipelineProps } from 'cdk-mcp';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { context } from '../../../cdk.json';
import { NotesPipelineStack } from '../../../examples/notes/pipeline-stack';
import { onlyResource, resourcesOf, text } from '../support';

jest.setTimeout(60_000);

const CONNECTION = 'arn:aws:codeconnections:eu-central-1:111122223333:connection/11111111-2222-3333-4444-555555555555';
const HOME = { account: '111122223333', region: 'eu-central-1' };

class Part extends Stage {
  public readonly output: CfnOutput;

  public constructor(stack: Stack, id: string, env?: Environment) {
    super(stack, id, { env });
    const inner = new Stack(this, 'App');
    const key = new Key(inner, 'Key', { enableKeyRotation: true });
    this.output = new CfnOutput(inner, 'Out', { value: key.keyId });
  }
}

function pipelineIn(
  stack: Stack,
  change: (parts: McpDeliveryPipelineProps) => Partial<McpDeliveryPipelineProps> = () => ({}),
) {
  const preProduction = new Part(stack, 'PreProduction', stack.account === HOME.account ? HOME : undefined);
  const props: McpDeliveryPipelineProps = {
    connectionArn: CONNECTION,
    repository: 'acme/notes',
    entries: ['server/notes.ts'],
    preProduction,
    smokeTest: {
      mcpUrl: preProduction.output,
      clientId: preProduction.output,
      machineClientSecret: Secret.fromSecretNameV2(stack, 'Secret', 'ci'),
    },
    production: [new Part(stack, 'Production', stack.account === HOME.account ? HOME : undefined)],
  };
  return new McpDeliveryPipeline(stack, 'Delivery', { ...props, ...change(props) });
}

function pipelineStack(change?: (parts: McpDeliveryPipelineProps) => Partial<McpDeliveryPipelineProps>): Stack {
  const stack = new Stack(new App(), 'Test');
  pipelineIn(stack, change);
  return stack;
}

interface Action {
  readonly Name: string;
  readonly RunOrder: number;
  readonly ActionTypeId: { readonly Provider: string; readonly Category: string };
  readonly Configuration: Record<string, unknown>;
  readonly Namespace?: string;
}

function stagesOf(template: Template): { Name: string; Actions: Action[] }[] {
  return onlyResource(template, 'AWS::CodePipeline::Pipeline').Properties.Stages;
}

/** The commands of the project whose logical id has this word. */
function commandsOf(template: Template, word: string): string[] {
  const [, project] = resourcesOf(template, 'AWS::CodeBuild::Project').find(([id]) => id.includes(word))!;
  return JSON.parse(text(project.Properties.Source.BuildSpec)).phases.build.commands;
}

describe('stages', () => {
  const template = Template.fromStack(pipelineStack());

  test('O3 come in order: nothing reaches production before pre-production, its trial, and a person', () => {
    const stages = stagesOf(template);
    expect(stages.map(({ Name }) => Name).filter((name) => name !== 'Assets')).toEqual([
      'Source',
      'Build',
      'UpdatePipeline',
      'PreProduction',
      'Production',
    ]);
    const named = (stage: string) =>
      [...stages.find(({ Name }) => Name === stage)!.Actions]
        .sort((one, other) => one.RunOrder - other.RunOrder)
        .map(({ Name }) => Name);
    expect(named('PreProduction')).toEqual(['App.Prepare', 'App.Deploy', 'SmokeTest']);
    expect(named('Production')).toEqual(['WhatChanges', 'Approve', 'App.Prepare', 'App.Deploy']);
    const orders = stages.find(({ Name }) => Name === 'Production')!.Actions.map(({ RunOrder }) => RunOrder);
    expect(new Set(orders).size).toBe(orders.length);
  });

  test('O3 it is a pipeline of the second kind, fed by a connection', () => {
    expect(onlyResource(template, 'AWS::CodePipeline::Pipeline').Properties.PipelineType).toBe('V2');
    const [source] = stagesOf(template)[0]!.Actions;
    expect(source!.Configuration).toMatchObject({
      ConnectionArn: CONNECTION,
      FullRepositoryId: 'acme/notes',
      BranchName: 'main',
    });
  });

  test('O3 the approval shows what changes, waits, and is announced', () => {
    const approve = stagesOf(template)
      .flatMap(({ Actions }) => Actions)
      .find(({ Name }) => Name === 'Approve')!;
    const changes = stagesOf(template)
      .flatMap(({ Actions }) => Actions)
      .find(({ Name }) => Name === 'WhatChanges')!;
    expect(approve.ActionTypeId).toMatchObject({ Category: 'Approval', Provider: 'Manual' });
    expect(approve.Configuration.CustomData).toBe(`#{${changes.Namespace}.CHANGES}`);
    const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
    expect(approve.Configuration.NotificationArn).toEqual({ Ref: topic });
    expect(approve).toMatchObject({ TimeoutInMinutes: 7 * 24 * 60 });
  });

  test('O3 what changes is compared with what is deployed, by the lookup role alone, and published', () => {
    const commands = commandsOf(template, 'WhatChanges');
    expect(commands[0]).toContain('changes --deployed assembly-Test-Production --markdown changes.md');
    expect(commands.join('\n')).toMatch(/export CHANGES="\$\(cat summary.txt\)"[\s\S]*aws sns publish/);
    const [, policy] = resourcesOf(template, 'AWS::IAM::Policy').find(([id]) => id.includes('WhatChangesRole'))!;
    const assumed = policy.Properties.PolicyDocument.Statement.filter(
      ({ Action }: { Action: string }) => Action === 'sts:AssumeRole',
    );
    expect(assumed).toHaveLength(1);
    expect(text(assumed[0].Resource)).toMatch(/role\/cdk-hnb659fds-lookup-role-\[AWS::AccountId\]-\[AWS::Region\]$/);
  });

  test('O3 one production stage follows the other, behind one approval of all', () => {
    const several = Template.fromStack(
      pipelineStack(({ production }) => ({
        production: [...production, new Part(production[0]!.node.scope as Stack, 'Second')],
      })),
    );
    const names = stagesOf(several).map(({ Name }) => Name);
    expect(names.slice(-2)).toEqual(['Production', 'Second']);
    expect(commandsOf(several, 'WhatChanges')[0]).toContain('assembly-Test-Production assembly-Test-Second');
  });

  test('O3 the trial is by a machine client whose secret is in no template', () => {
    const tried = Template.fromStack(
      pipelineStack(({ smokeTest }) => ({
        smokeTest: { ...smokeTest, expectedTools: ['a', 'b'], tool: 'a', toolArguments: '{"x":"it\'s"}' },
      })),
    );
    expect(commandsOf(tried, 'SmokeTest')).toEqual([
      `node cdk-mcp-cli/cdk-mcp.mjs smoke "$MCP_URL" --client "$MCP_CLIENT_ID" --expect a,b --call a --arguments '{"x":"it'\\''s"}'`,
    ]);
    const [, project] = resourcesOf(tried, 'AWS::CodeBuild::Project').find(([id]) => id.includes('SmokeTest'))!;
    expect(project.Properties.Environment.EnvironmentVariables).toEqual([
      { Name: 'MCP_CLIENT_SECRET', Type: 'SECRETS_MANAGER', Value: expect.anything() },
    ]);
    const readers = resourcesOf(tried, 'AWS::IAM::Policy').filter(([, policy]) =>
      JSON.stringify(policy).includes('secretsmanager:GetSecretValue'),
    );
    expect(readers.map(([id]) => id)).toEqual([expect.stringContaining('SmokeTestRole')]);
  });
});

describe('the build', () => {
  test('O3 runs every gate, and hands on the assembly, the tool and the list of parts', () => {
    const template = Template.fromStack(pipelineStack());
    expect(commandsOf(template, 'CdkBuildProject')).toEqual([
      'npm ci',
      'npm run lint',
      'npm test',
      'npx cdk synth --quiet',
      'npx cdk-mcp check server/notes.ts --app cdk.out/assembly-Test-PreProduction',
      'npm audit --omit=dev --audit-level=high',
      'mkdir -p reports',
      'npm sbom --sbom-format cyclonedx > reports/sbom.json',
      expect.stringMatching(/^cp -R .*assets\/cli" cdk.out\/cdk-mcp-cli$/),
    ]);
  });

  test('O3 a gate takes other commands', () => {
    const commands = { install: ['pnpm i --frozen-lockfile'], check: ['npx cdk-mcp check a.ts --server A'] };
    const built = commandsOf(Template.fromStack(pipelineStack(() => ({ commands, entries: [] }))), 'CdkBuildProject');
    expect(built).toEqual(expect.arrayContaining([...commands.install, ...commands.check]));
    expect(built).not.toContain('npm ci');
    expect(built).toContain('npm test');
  });

  test.each([
    ['empty', { test: [] }],
    ['blank', { lint: [' '] }],
    ['always true', { audit: ['true'] }],
    ['only said', { sbom: ['echo done'] }],
    ['given up', { check: ['exit 0'] }],
    ['unable to fail', { test: ['npm test || true'] }],
    ['unable to fail, in another way', { test: ['npm test; exit 0'] }],
  ])('O3 fails with a gate that is %s', (_, commands) => {
    const gate = Object.keys(commands)[0]!;
    expect(() => pipelineStack(() => ({ commands }))).toThrow(`commands.${gate} does nothing: write the command`);
  });

  test('O3 a gate may say something as well as do it', () => {
    const test = ['echo tests', 'npm test'];
    const built = commandsOf(Template.fromStack(pipelineStack(() => ({ commands: { test } }))), 'CdkBuildProject');
    expect(built).toEqual(expect.arrayContaining(test));
  });

  test('O3 fails when nothing is checked', () => {
    expect(() => pipelineStack(() => ({ entries: [] }))).toThrow('nothing is checked: name the modules');
  });
});

describe('what it is made of', () => {
  const template = Template.fromStack(pipelineStack(() => ({ notify: ['ops@example.com'] })));

  test('O3 artifacts are encrypted with a key that is rotated, private, logged, and gone after a while', () => {
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    const { ArtifactStore } = onlyResource(template, 'AWS::CodePipeline::Pipeline').Properties;
    expect(ArtifactStore.EncryptionKey).toMatchObject({ Type: 'KMS' });
    const [, bucket] = resourcesOf(template, 'AWS::S3::Bucket').find(([id]) => id === ArtifactStore.Location.Ref)!;
    const [rule] = bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
    expect(rule.ServerSideEncryptionByDefault.SSEAlgorithm).toBe('aws:kms');
    expect(bucket.Properties.LoggingConfiguration).toBeDefined();
    expect(bucket.Properties.LifecycleConfiguration.Rules[0].ExpirationInDays).toBe(180);
    for (const [, { Properties }] of resourcesOf(template, 'AWS::S3::Bucket')) {
      expect(Properties.PublicAccessBlockConfiguration).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
    }
    const denied = resourcesOf(template, 'AWS::S3::BucketPolicy').filter(([, policy]) =>
      JSON.stringify(policy).includes('"aws:SecureTransport":"false"'),
    );
    expect(denied).toHaveLength(2);
  });

  test('O3 builds are encrypted, unprivileged, and log into one group that is kept for a year', () => {
    const group = onlyResource(template, 'AWS::Logs::LogGroup').Properties;
    expect(group).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
    for (const [, { Properties }] of resourcesOf(template, 'AWS::CodeBuild::Project')) {
      expect(Properties.EncryptionKey).toBeDefined();
      expect(Properties.Environment.PrivilegedMode).toBe(false);
      expect(Properties.LogsConfig.CloudWatchLogs.Status).toBe('ENABLED');
    }
  });

  test('O3 no role has an action by wildcard, and only the CDK’s own tool has any resource', () => {
    const policies = resourcesOf(template, 'AWS::IAM::Policy');
    expect(policies.length).toBeGreaterThan(5);
    for (const [id, { Properties }] of policies) {
      for (const { Action, Resource } of Properties.PolicyDocument.Statement) {
        expect([id, ...[Action].flat().filter((action: string) => action.includes('*'))]).toEqual([id]);
        if ([Resource].flat().includes('*')) {
          expect(id).toContain('SelfMutation');
          expect(['cloudformation:DescribeStacks', 's3:ListBucket']).toContain(Action);
        }
      }
    }
    for (const [, role] of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('O3 nobody may delete an artifact, and roles trust services or the pipeline’s role, not the account', () => {
    for (const [, policy] of resourcesOf(template, 'AWS::IAM::Policy')) {
      expect(JSON.stringify(policy)).not.toContain('s3:Delete');
    }
    for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Role')) {
      for (const { Principal } of Properties.AssumeRolePolicyDocument.Statement) {
        expect(JSON.stringify(Principal)).not.toContain(':root');
      }
    }
  });

  test('O3 what is granted after the pipeline was made is narrowed as well', () => {
    const stack = new Stack(new App(), 'Test');
    const { pipeline, artifactBucket } = pipelineIn(stack);
    const late = new Bucket(stack, 'Late');
    late.grantRead(pipeline.role);
    expect(artifactBucket).toBeDefined();
    expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('s3:GetObject*');
  });

  test('O3 failures are told to the topic, which is encrypted and has its subscribers', () => {
    const rule = onlyResource(template, 'AWS::CodeStarNotifications::NotificationRule').Properties;
    expect(rule.EventTypeIds).toContain('codepipeline-pipeline-pipeline-execution-failed');
    const topic = onlyResource(template, 'AWS::SNS::Topic').Properties;
    expect(topic.KmsMasterKeyId).toBeDefined();
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: 'codestar-notifications.amazonaws.com' } }),
        ]),
      },
    });
  });

  test('O3 a topic and a key of one’s own are used', () => {
    const stack = new Stack(new App(), 'Test');
    const key = new Key(stack, 'Mine');
    const topic = new Topic(stack, 'Ours', { masterKey: key });
    const delivery = pipelineIn(stack, () => ({ encryptionKey: key, approvalTopic: topic }));
    expect(delivery.topic).toBe(topic);
    expect(delivery.encryptionKey).toBe(key);
    const made = Template.fromStack(stack);
    made.resourceCountIs('AWS::KMS::Key', 1);
    made.resourceCountIs('AWS::SNS::Topic', 1);
  });
});

describe('accounts and regions', () => {
  const elsewhere = { account: '444455556666', region: 'us-east-1' };
  const build = (crossAccountKeys: boolean) => {
    const stack = new Stack(new App({ context }), 'Test', { env: HOME });
    pipelineIn(stack, ({ production }) => ({
      production: [...production, new Part(stack, 'Elsewhere', elsewhere)],
      crossAccountKeys,
    }));
    return stack;
  };

  test('O3 a stage of another account is refused until it is said', () => {
    expect(() => build(false)).toThrow(
      /stage 'Elsewhere' is in account 444455556666: once it is bootstrapped .* set crossAccountKeys to true/,
    );
    const [, policy] = resourcesOf(Template.fromStack(build(true)), 'AWS::IAM::Policy').find(([id]) =>
      id.includes('WhatChangesRole'),
    )!;
    expect(JSON.stringify(policy)).toContain('cdk-hnb659fds-lookup-role-444455556666-us-east-1');
  });

  test('O3 O4 the pipeline may use no keys but those it encrypts with, in other regions by their alias', () => {
    const stack = build(true);
    const statements = resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy')
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action, Resource }) => Resource === '*' && [Action].flat().some((name) => name.startsWith('kms:')));
    expect(statements).toHaveLength(1);
    const support = (stack.node.root as App).synth().stacks.find(({ id }) => id.startsWith('cross-region-stack'))!;
    const alias = resourcesOf(Template.fromJSON(support.template), 'AWS::KMS::Alias').map(
      ([, { Properties }]) => Properties.AliasName,
    );
    expect(alias).toHaveLength(1);
    expect(statements[0].Condition).toEqual({ 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } });
  });

  test('O7 nag and the validator find nothing, the copies in other regions included', () => {
    const stack = build(true);
    expect(findings(stack.node.root as App)).toEqual([]);
  });
});

describe('refuses', () => {
  test.each([
    ['no connection', () => ({ connectionArn: 'github' }), "connectionArn 'github' is no connection"],
    ['an empty connection', () => ({ connectionArn: '' }), "connectionArn '' is no connection"],
    ['a repository without an owner', () => ({ repository: 'notes' }), "write 'owner/name'"],
    ['a branch without a name', () => ({ branch: '' }), 'branch is empty'],
    ['no production', () => ({ production: [] }), 'production is empty'],
    [
      'one stage for both',
      ({ preProduction }: McpDeliveryPipelineProps) => ({ production: [preProduction] }),
      "stage 'PreProduction' is given twice",
    ],
    [
      'a stage that is elsewhere in the app',
      ({ preProduction }: McpDeliveryPipelineProps) => ({
        production: [new Part(preProduction.node.root as unknown as Stack, 'Far')],
      }),
      "stage 'Far' is not below the pipeline's stack",
    ],
    [
      'a trial of production',
      ({ production, smokeTest }: McpDeliveryPipelineProps) => ({
        smokeTest: { ...smokeTest, mcpUrl: (production[0] as Part).output },
      }),
      'smokeTest.mcpUrl is no output of the pre-production stage',
    ],
    [
      'arguments of nothing',
      ({ smokeTest }: McpDeliveryPipelineProps) => ({ smokeTest: { ...smokeTest, toolArguments: '{}' } }),
      'smokeTest.toolArguments has no tool',
    ],
    [
      'arguments that are none',
      ({ smokeTest }: McpDeliveryPipelineProps) => ({ smokeTest: { ...smokeTest, tool: 'a', toolArguments: '[]' } }),
      'smokeTest.toolArguments is no JSON object',
    ],
    [
      'no expected tool',
      ({ smokeTest }: McpDeliveryPipelineProps) => ({ smokeTest: { ...smokeTest, expectedTools: [] } }),
      'smokeTest.expectedTools is empty',
    ],
    [
      'a tool without a name',
      ({ smokeTest }: McpDeliveryPipelineProps) => ({ smokeTest: { ...smokeTest, tool: '' } }),
      'smokeTest.tool is blank',
    ],
    [
      'a tool that the client must not see',
      ({ smokeTest }: McpDeliveryPipelineProps) => ({ smokeTest: { ...smokeTest, expectedTools: ['a'], tool: 'b' } }),
      "smokeTest.tool 'b' is not in expectedTools",
    ],
    ['artifacts that are gone at once', () => ({ artifactRetention: Duration.days(0) }), 'artifactRetention of 0 days'],
    ['artifacts of minutes', () => ({ artifactRetention: Duration.minutes(90) }), 'use whole days, 1 or more'],
    ['an approval of no time', () => ({ approvalTimeout: Duration.minutes(1) }), 'use 5 minutes to 60 days'],
    ['nobody to tell', () => ({ notify: ['ops'] }), "notify has 'ops': write mail addresses"],
    ['a module without a name', () => ({ entries: [''] }), 'entries has a blank name'],
    ['what is no Node.js', () => ({ nodeVersion: 'banana' }), "nodeVersion 'banana' is none of Node.js"],
    ['no version of the CDK', () => ({ cdkVersion: '' }), "cdkVersion '' is none"],
  ])('O3 fails with %s', (_, change, message) => {
    expect(() => pipelineStack(change)).toThrow(message);
  });
});

describe('stages that are one stack to CloudFormation', () => {
  class Named extends Part {
    public constructor(stack: Stack, id: string, stackName: string, env?: Environment) {
      super(stack, id, env);
      new Key(new Stack(this, 'Named', { stackName }), 'Key');
    }
  }
  const build = (production: (stack: Stack) => Stage[], preName = 'notes') => {
    const stack = new Stack(new App(), 'Test', { env: HOME });
    const preProduction = new Named(stack, 'Pre', preName);
    const smokeTest = ({ smokeTest }: McpDeliveryPipelineProps) => ({
      ...smokeTest,
      mcpUrl: preProduction.output,
      clientId: preProduction.output,
    });
    pipelineIn(stack, (props) => ({ preProduction, smokeTest: smokeTest(props), production: production(stack) }));
  };

  test('O3 fails where the trial would be deployed into production', () => {
    expect(() => build((stack) => [new Named(stack, 'Prod', 'notes')])).toThrow(
      "stage 'Pre' and stage 'Prod' both deploy stack 'notes' of one account and region: give each its own `stackName`",
    );
    // A stage without an environment is where the pipeline is.
    expect(() => build((stack) => [new Named(stack, 'Prod', 'notes', HOME)])).toThrow('both deploy stack');
  });

  test('O3 fails where two stages of production are one', () => {
    const production = (stack: Stack) => [new Named(stack, 'One', 'live'), new Named(stack, 'Two', 'live')];
    expect(() => build(production)).toThrow("stage 'One' and stage 'Two' both deploy stack 'live'");
  });

  test('O3 takes one name in two regions, and two names in one', () => {
    expect(() => build((stack) => [new Named(stack, 'Prod', 'notes', { ...HOME, region: 'us-east-1' })])).not.toThrow();
    expect(() => build((stack) => [new Named(stack, 'Prod', 'notes')], 'notes-pre')).not.toThrow();
  });
});

describe('the example', () => {
  test('O3 O7 is clean in nag and the validator', () => {
    const app = new App({ context });
    new NotesPipelineStack(app, 'NotesPipeline');
    expect(findings(app)).toEqual([]);
  });

  const exampleWith = (given: Record<string, string>, props?: StackProps): App => {
    const app = new App({ context: { ...context, ...given } });
    new NotesPipelineStack(app, 'NotesPipeline', props);
    return app;
  };
  const stackOf = (app: App) => app.node.findChild('NotesPipeline') as Stack;
  const stageOf = (app: App, id: string) => stackOf(app).node.findChild(id) as Stage;

  test('O3 its build makes the pipeline again, as it was made, and not the notes alone', () => {
    const given = { hosting: 'fargate', endpoint: 'rest', repository: "it's/notes", connection: CONNECTION };
    const commands = commandsOf(Template.fromStack(stackOf(exampleWith(given))), 'CdkBuildProject');
    expect(commands).toContain(
      "npx cdk synth --quiet -c pipeline=true -c hosting='fargate' -c endpoint='rest' -c repository='it'\\''s/notes' " +
        `-c connection='${CONNECTION}'`,
    );
    expect(commands).not.toContain('npx cdk synth --quiet');
  });

  test('O3 pre-production and production have host names of their own', () => {
    const app = exampleWith({ endpoint: 'rest', domain: 'notes.example.org', zone: 'example.org', zoneId: 'Z1' });
    const names = ['PreProduction', 'Production'].map((id) => {
      const [{ template }] = stageOf(app, id).synth().stacks as unknown as [{ template: object }];
      const record = onlyResource(Template.fromJSON(template as never), 'AWS::Route53::RecordSet').Properties;
      return [record.Name, record.HostedZoneId];
    });
    expect(names).toEqual([
      ['pre.notes.example.org.', 'Z1'],
      ['notes.example.org.', 'Z1'],
    ]);
  });

  test('O2 O3 regions get the zone that was given, and nothing is looked up', () => {
    const given = {
      hosting: 'fargate',
      regions: 'eu-central-1,us-east-1',
      domain: 'notes.example.org',
      zone: 'example.org',
      zoneId: 'Z1',
    };
    const app = exampleWith(given, { env: HOME });
    for (const id of ['PreProduction', 'Production-eu-central-1', 'Production-us-east-1']) {
      const assembly = stageOf(app, id).synth();
      expect([id, assembly.manifest.missing ?? []]).toEqual([id, []]);
      if (id === 'PreProduction') continue;
      const record = onlyResource(
        Template.fromJSON(assembly.stacks[0]!.template),
        'AWS::Route53::RecordSet',
      ).Properties;
      expect([record.Name, record.HostedZoneId]).toEqual(['notes.example.org.', 'Z1']);
    }
  });

  test('O7 what the stages deploy is checked as well', () => {
    const app = new App({ context });
    const stack = new Stack(app, 'Test');
    pipelineIn(stack, ({ production }) => {
      new Bucket(production[0]!.node.findChild('App'), 'Careless');
      return {};
    });
    expect(findings(app)).toContain('AwsSolutions-S1');
  });
});

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string }[] }[];
}

function findings(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const report = join(app.outdir, 'validation-report.json');
  try {
    app.synth();
  } catch (error) {
    if (!existsSync(report)) throw error;
  }
  const { pluginReports }: Report = JSON.parse(readFileSync(report, 'utf8'));
  return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}
