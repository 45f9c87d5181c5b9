import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CpuArchitecture, Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { McpSessions } from 'cdk-mcp';
import { notesServer, onlyResource, resourcesOf, stackIn, templateOf, text } from '../support';
import { anyContainer, container, containers, variables } from './fargate-support';

describe('a task', () => {
  const template = templateOf({ hosting: anyContainer() });

  test('O1 has the server and the guard in front of it; whichever ends, the task ends; and a collector that may end', () => {
    expect(containers(template).map(({ Name, Essential }) => [Name, Essential])).toEqual([
      ['Collector', false],
      ['Guard', true],
      ['App', true],
    ]);
  });

  test('O1 every container has a read-only root file system, no capability, no privilege and a user that is not root', () => {
    for (const { ReadonlyRootFilesystem, LinuxParameters, Privileged, User } of containers(template)) {
      expect(ReadonlyRootFilesystem).toBe(true);
      expect(LinuxParameters).toEqual({ Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true });
      expect(Privileged).toBe(false);
      expect(User).toMatch(/^[1-9]\d*$/);
    }
  });

  test('O1 only the guard’s port is mapped', () => {
    expect(container(template, 'Guard').PortMappings).toEqual([
      { ContainerPort: 8080, Name: 'guard', Protocol: 'tcp' },
    ]);
    expect(container(template, 'App').PortMappings).toBeUndefined();
  });

  test('O1 the guard knows where the server listens, the server its port and nothing of the guard’s settings', () => {
    expect(variables(template, 'Guard')).toMatchObject({
      MCP_UPSTREAM: 'http://127.0.0.1:3000/mcp',
      MCP_PORT: '8080',
      MCP_DRAIN_SECONDS: '35',
      MCP_ANSWER_SECONDS: '29',
      MCP_STREAMS: 'false',
      MCP_CONTRACT: expect.any(String),
      MCP_POLICY: expect.stringContaining('list_notes'),
    });
    expect(variables(template, 'App')).toEqual({ PORT: '3000' });
  });

  test('O1 the guard’s health is asked of the guard, which starts after the server and ends before it', () => {
    const { HealthCheck, DependsOn, StopTimeout } = container(template, 'Guard');
    expect(HealthCheck).toMatchObject({ Command: ['CMD', 'node', 'index.mjs', 'health'] });
    expect(DependsOn).toEqual([{ ContainerName: 'App', Condition: 'START' }]);
    expect(StopTimeout).toBe(45);
    expect(container(template, 'App').StopTimeout).toBe(45);
  });

  test('O1 runs on arm64, with half a processor and a gigabyte', () => {
    expect(onlyResource(template, 'AWS::ECS::TaskDefinition').Properties).toMatchObject({
      Cpu: '512',
      Memory: '1024',
      NetworkMode: 'awsvpc',
      RequiresCompatibilities: ['FARGATE'],
      RuntimePlatform: { CpuArchitecture: 'ARM64', OperatingSystemFamily: 'LINUX' },
    });
  });

  test('O4 O6 guard and server log apart, each kept as long as the server’s owner says; the guard’s is the audit log', () => {
    const stack = stackIn();
    const server = notesServer(stack, { hosting: anyContainer(), encryptionKey: new Key(stack, 'Key') });
    const made = Template.fromStack(stack);
    const group = (name: string) =>
      (container(made, name).LogConfiguration.Options['awslogs-group'] as { Ref: string }).Ref;
    expect(group('Guard')).not.toBe(group('App'));
    expect(stack.resolve(server.auditLogGroup.logGroupName)).toEqual({ Ref: group('Guard') });
    for (const [, { Properties, DeletionPolicy }] of resourcesOf(made, 'AWS::Logs::LogGroup')) {
      expect(Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
      expect(DeletionPolicy).toBe('Retain');
    }
    expect(container(made, 'Guard').LogConfiguration.Options.mode).toBe('non-blocking');
  });

  test('O4 what a task writes is encrypted with the user’s key', () => {
    const stack = stackIn();
    const key = new Key(stack, 'Key');
    notesServer(stack, { hosting: anyContainer(), encryptionKey: key });
    const made = Template.fromStack(stack);
    expect(onlyResource(made, 'AWS::ECS::Cluster').Properties.Configuration).toEqual({
      ManagedStorageConfiguration: { FargateEphemeralStorageKmsKeyId: stack.resolve(key.keyId) },
    });
    made.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Principal: { Service: 'fargate.amazonaws.com' }, Action: 'kms:CreateGrant' }),
        ]),
      },
    });
  });
});

describe('what is chosen', () => {
  test('reaches the task', () => {
    const hosting = anyContainer({
      path: '/api/mcp',
      cpu: 1024,
      memoryLimitMiB: 4096,
      architecture: CpuArchitecture.X86_64,
      user: '1001:1001',
      command: ['serve'],
      entryPoint: ['/app'],
      healthCommand: ['CMD', '/app', 'healthy'],
      environment: { COLOR: 'red' },
      writablePaths: ['/tmp', '/var/cache'],
      drain: Duration.seconds(100),
    });
    const template = templateOf({ hosting });
    expect(variables(template, 'Guard')).toMatchObject({
      MCP_UPSTREAM: 'http://127.0.0.1:3000/api/mcp',
      MCP_DRAIN_SECONDS: '100',
    });
    expect(container(template, 'App')).toMatchObject({
      User: '1001:1001',
      Command: ['serve'],
      EntryPoint: ['/app'],
      StopTimeout: 110,
      HealthCheck: { Command: ['CMD', '/app', 'healthy'] },
      MountPoints: [
        { ContainerPath: '/tmp', ReadOnly: false, SourceVolume: 'writable-0' },
        { ContainerPath: '/var/cache', ReadOnly: false, SourceVolume: 'writable-1' },
      ],
    });
    expect(container(template, 'Guard').DependsOn).toEqual([{ ContainerName: 'App', Condition: 'HEALTHY' }]);
    expect(onlyResource(template, 'AWS::ECS::TaskDefinition').Properties).toMatchObject({
      Cpu: '1024',
      Memory: '4096',
      RuntimePlatform: { CpuArchitecture: 'X86_64' },
      Volumes: [{ Name: 'writable-0' }, { Name: 'writable-1' }],
    });
  });

  test('T4 secrets are read when a task starts, by ECS and not by the server’s role', () => {
    const stack = stackIn();
    const secret = new Secret(stack, 'Secret');
    const parameter = StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/p' });
    const secrets = { KEY: EcsSecret.fromSecretsManager(secret), OTHER: EcsSecret.fromSsmParameter(parameter) };
    notesServer(stack, { hosting: anyContainer({ secrets }) });
    const template = Template.fromStack(stack);
    expect(container(template, 'App').Secrets?.map(({ Name }) => Name)).toEqual(['KEY', 'OTHER']);
    expect(container(template, 'Guard').Secrets).toBeUndefined();
    for (const [, { Properties }] of resourcesOf(template, 'AWS::IAM::Policy')) {
      if (!JSON.stringify(Properties).includes('secretsmanager:GetSecretValue')) continue;
      expect(JSON.stringify(Properties.Roles)).toMatch(/ExecutionRole|BrokerRole/);
    }
    const services = resourcesOf(template, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) =>
      text(Properties.ServiceName),
    );
    expect(services.join()).toMatch(/secretsmanager/);
    expect(services.join()).toMatch(/\.ssm/);
  });

  test('a policy that is large travels compressed', () => {
    const tools = Array.from({ length: 400 }, (_, index) => `tool_${(index * 7919).toString(36)}`);
    const template = templateOf({ hosting: anyContainer(), access: [{ tools, scopes: ['notes:read'] }] });
    expect(variables(template, 'Guard').MCP_POLICY).toMatch(/^gzip:/);
  });
});

test('an architecture by its name is the same', () => {
  const stack = stackIn();
  notesServer(stack, { hosting: anyContainer({ architecture: CpuArchitecture.of('ARM64') }) });
  const manifest = readFileSync(assetsOf(stack), 'utf8');
  expect(manifest).toContain('linux/arm64');
  expect(manifest).not.toContain('linux/amd64');
});

function assetsOf(stack: Stack): string {
  const { directory } = (stack.node.root as App).synth();
  return join(directory, `${stack.artifactId}.assets.json`);
}

describe('roles', () => {
  const template = templateOf({ hosting: anyContainer() });

  test('T4 tasks of this account alone may have them, and ECS’s own can read images and write two logs', () => {
    const roles = resourcesOf(template, 'AWS::IAM::Role').filter(([id]) => /NotesServer(Execution)?Role/.test(id));
    expect(roles).toHaveLength(2);
    for (const [, { Properties }] of roles) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
      expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Condition: expect.objectContaining({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
        }),
      ]);
    }
    const execution = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('ExecutionRole'));
    const actions = execution.flatMap(([, { Properties }]) =>
      Properties.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    );
    expect(new Set(actions)).toEqual(
      new Set([
        'ecr:BatchCheckLayerAvailability',
        'ecr:GetDownloadUrlForLayer',
        'ecr:BatchGetImage',
        'ecr:GetAuthorizationToken',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
      ]),
    );
  });

  test('T4 the service waits for what its tasks may do', () => {
    const { DependsOn } = onlyResource(template, 'AWS::ECS::Service');
    expect(DependsOn).toEqual(
      expect.arrayContaining([expect.stringMatching(/ServerRoleState/), expect.stringMatching(/ServerRoleGrants/)]),
    );
  });
});

describe('a task that could not work fails', () => {
  const refused = (options: Parameters<typeof anyContainer>[0], message: RegExp, more = {}) =>
    expect(() => templateOf({ hosting: anyContainer(options), ...more })).toThrow(message);

  test('for reserved variables and variables that are given twice', () => {
    refused({ environment: { MCP_POLICY: '{}' } }, /'MCP_POLICY' is reserved/);
    refused({ environment: { PORT: '1' } }, /'PORT' is the hosting's, a container gets it from `port`: leave it out/);
    const secrets = () => {
      const stack = stackIn();
      return { MCP_X: EcsSecret.fromSecretsManager(new Secret(stack, 'Secret')) };
    };
    refused({ secrets: secrets() }, /'MCP_X' is reserved/);
    refused({ environment: { MCP_X: '1' }, secrets: secrets() }, /'MCP_X' is in `environment` and in `secrets`/);
  });

  test.each([['root'], ['0'], ['0:0'], ['1000:0'], ['node'], ['']])('O1 for the user %p', (user) => {
    refused({ user }, /`user` .* is not allowed: write a number above 0/);
  });

  test.each([
    [{ cpu: 300 }, /`cpu` 300 is not allowed: use one of 256, 512/],
    [{ cpu: 256, memoryLimitMiB: 4096 }, /does not go with `cpu` 256: use 512 to 2048/],
    [{ cpu: 256, memoryLimitMiB: 1536 }, /`memoryLimitMiB` 1536 does not go/],
    [{ cpu: 512, memoryLimitMiB: 1500 }, /`memoryLimitMiB` 1500 does not go/],
    [{ port: 80 }, /`port` 80 is not allowed/],
    [{ port: 8080 }, /`port` 8080 is the guard's/],
    [{ path: 'mcp' }, /`path` 'mcp' is not allowed/],
    [{ path: '/a?b' }, /`path` '\/a\?b' is not allowed/],
    [{ path: '//evil.example' }, /is not allowed/],
    [{ path: '/../x@evil' }, /is not allowed/],
    [{ drain: Duration.minutes(3) }, /`drain` of 3 minutes is out of bounds/],
    [{ drain: Duration.seconds(0) }, /`drain` of 0 seconds is out of bounds/],
    [{ minTasks: 0 }, /`minTasks` 0 .* write whole numbers from 1/],
    [{ minTasks: 4, maxTasks: 2 }, /`maxTasks` 2 is less than `minTasks` 4/],
    [{ writablePaths: ['tmp'] }, /writable path 'tmp' is not allowed/],
    [{ writablePaths: ['/tmp', '/var/x', '/tmp'] }, /writable path '\/tmp' is given twice: keep one/],
    [{ healthCommand: [] }, /`healthCommand` is empty: write one as in/],
    [{ writablePaths: ['/'] }, /writable path '\/' is not allowed/],
    [{ writablePaths: ['/tmp/../etc'] }, /writable path .* is not allowed/],
    [{ scaling: { cpuPercent: 0 } }, /`scaling.cpuPercent` is 0/],
  ])('for %j', (options, message) => refused(options, message));

  test('for sessions in the memory of several tasks, not for those of one', () => {
    const sessions = McpSessions.dynamodb();
    refused({}, /keeps its sessions in the memory of one task: set `minTasks: 1, maxTasks: 1`/, { sessions });
    const one = templateOf({ hosting: anyContainer({ minTasks: 1, maxTasks: 1 }), sessions });
    expect(onlyResource(one, 'AWS::ECS::Service').Properties.DesiredCount).toBe(1);
  });

  test('for a policy that no task definition holds, and for too many variables', () => {
    const name = (index: number) => `${(index * 7919).toString(36)}_${(index * 104_729).toString(36)}_${index}`;
    const tools = Array.from({ length: 8000 }, (_, index) => name(index));
    refused({}, /the policy does not fit into a task definition/, { access: [{ tools, scopes: ['notes:read'] }] });
    refused(
      { environment: { LONG: 'x'.repeat(60_000) } },
      /the task definition of .* has about \d+ bytes, ECS allows 65536/,
    );
  });
});
