import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { McpHosting, McpSessions } from 'cdk-mcp';
import { notesServer, onlyResource, templateOf } from '../support';
import { containers, variables } from './fargate-support';

type Options = Partial<Parameters<typeof McpHosting.fargateNodejs>[0]>;

function ownGuard(options: Options = {}): McpHosting {
  return McpHosting.fargateNodejs({ entry: join(__dirname, 'fixtures', 'server.ts'), ...options });
}

describe('a server that is its own guard', () => {
  test('O1 has one container with the guard’s settings and its own, beside the collector', () => {
    const template = templateOf({ hosting: ownGuard({ environment: { COLOR: 'red' }, user: '1001' }) });
    expect(containers(template)).toEqual([
      expect.objectContaining({ Name: 'Collector' }),
      expect.objectContaining({
        Name: 'Guard',
        User: '1001',
        ReadonlyRootFilesystem: true,
        LinuxParameters: { Capabilities: { Drop: ['ALL'] }, InitProcessEnabled: true },
        PortMappings: [expect.objectContaining({ ContainerPort: 8080 })],
        HealthCheck: expect.objectContaining({ Command: ['CMD', 'node', 'index.mjs', 'health'] }),
      }),
    ]);
    const set = variables(template, 'Guard');
    expect(set).toMatchObject({ COLOR: 'red', MCP_PORT: '8080', MCP_POLICY: expect.stringContaining('list_notes') });
    expect(set.MCP_UPSTREAM).toBeUndefined();
  });

  test('O1 its image is the bundle, which refuses a server not made by serve(), and nothing else', () => {
    const app = new App();
    notesServer(new Stack(app, 'Test'), { hosting: ownGuard() });
    const { directory } = app.synth();
    const folder = readdirSync(directory)
      .filter((name) => name.startsWith('asset.'))
      .map((name) => join(directory, name))
      .find((path) => existsSync(join(path, 'Dockerfile')) && existsSync(join(path, 'index.mjs')));
    expect(readdirSync(folder!).sort()).toEqual(['Dockerfile', 'index.mjs']);
    expect(readFileSync(join(folder!, 'Dockerfile'), 'utf8')).toMatch(/^FROM \S+@sha256:[0-9a-f]{64}$/m);
    expect(readFileSync(join(folder!, 'index.mjs'), 'utf8')).toContain('made:"elsewhere"');
  });

  test('O5 the alarm on memory knows how much a task has', () => {
    const template = templateOf({ hosting: ownGuard({ memoryLimitMiB: 2048 }) });
    const [alarm] = Object.entries(template.findResources('AWS::CloudWatch::Alarm')).filter(([id]) =>
      id.includes('MemoryAlarm'),
    );
    expect(alarm?.[1].Properties.Threshold).toBe(1843);
  });

  test('may keep sessions over several tasks: they are in a table', () => {
    const template = templateOf({ hosting: ownGuard(), sessions: McpSessions.dynamodb() });
    expect(onlyResource(template, 'AWS::ECS::Service').Properties.DesiredCount).toBeUndefined();
  });

  test('fails for reserved variables and a missing file', () => {
    expect(() => templateOf({ hosting: ownGuard({ environment: { MCP_PORT: '1' } }) })).toThrow(
      /'MCP_PORT' is reserved/,
    );
    expect(() => templateOf({ hosting: ownGuard({ environment: { PORT: '1' } }) })).toThrow(/'PORT' is the hosting's/);
    expect(() => templateOf({ hosting: ownGuard({ entry: 'nowhere.ts' }) })).toThrow(
      /entry 'nowhere.ts' does not exist/,
    );
  });

  test('bundles apart from a function made of the same file', () => {
    const stack = new Stack(new App(), 'Test');
    const entry = join(__dirname, 'fixtures', 'server.ts');
    notesServer(stack, { hosting: McpHosting.nodejs({ entry }) }, 'A');
    notesServer(stack, { hosting: McpHosting.fargateNodejs({ entry }) }, 'B');
    const template = Template.fromStack(stack);
    const { S3Key } = Object.values(template.findResources('AWS::Lambda::Function')).find(({ Properties }) =>
      Properties.Description.startsWith('MCP server'),
    )!.Properties.Code;
    expect(JSON.stringify(onlyResource(template, 'AWS::ECS::TaskDefinition'))).not.toContain(S3Key.split('.')[0]);
  });
});
