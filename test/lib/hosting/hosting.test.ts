import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ASSET_RESOURCE_METADATA_ENABLED_CONTEXT as ASSET_METADATA,
  ASSET_RESOURCE_METADATA_PATH_KEY as ASSET_PATH,
  BUNDLING_STACKS,
  DISABLE_ASSET_STAGING_CONTEXT,
} from 'aws-cdk-lib/cx-api';
import { type AccessRule, McpHosting } from 'cdk-mcp';
import { bundleServer } from '../../../lib/private/bundling';
import { anyHosting, notesServer, resourcesOf, stackIn, templateOf, variablesOf } from '../support';

const FIXTURES = join(__dirname, 'fixtures');

function fixture(name: string): string {
  return join(FIXTURES, name);
}

function functionOf(template: Template, description: string) {
  const found = resourcesOf(template, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
    Properties.Description.startsWith(description),
  );
  expect(found).toHaveLength(1);
  return found[0]![1];
}

/** More rule names than fit anywhere but a file. */
function manyRules(): AccessRule[] {
  const name = (index: number) => `${(index * 7919).toString(36)}_${(index * 104729).toString(36)}_${index}`;
  return [{ tools: Array.from({ length: 600 }, (_, index) => name(index)), scopes: ['notes:read'] }];
}

/** The folder of the server's asset. */
function bundleFolder(app: App): string {
  const { directory } = app.synth();
  const folder = readdirSync(directory)
    .filter((name) => name.startsWith('asset.'))
    .map((name) => join(directory, name))
    .find((path) => readFileSync(join(path, 'index.mjs'), 'utf8').includes('made:"elsewhere"'));
  expect(folder).toBeDefined();
  return folder!;
}

/** Its files, by name. */
function bundleOf(app: App): Map<string, string> {
  const folder = bundleFolder(app);
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('a function', () => {
  test('runs Node.js 24 on arm64, with JSON logs and traces, in its own log group', () => {
    const { Properties } = functionOf(templateOf(), 'MCP server');
    expect(Properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      MemorySize: 1024,
      Timeout: 29,
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: { Ref: expect.stringContaining('NotesServerLogs') } },
    });
    expect(Properties.ReservedConcurrentExecutions).toBeUndefined();
  });

  test('can be sized', () => {
    const hosting = anyHosting({
      memorySize: 512,
      timeout: Duration.seconds(10),
      reservedConcurrentExecutions: 5,
      tracing: false,
    });
    const { Properties } = functionOf(templateOf({ hosting }), 'MCP server');
    expect(Properties).toMatchObject({ MemorySize: 512, Timeout: 10, ReservedConcurrentExecutions: 5 });
    expect(Properties.TracingConfig).toBeUndefined();
  });

  test('can be attached to a VPC, with the permissions that takes and no managed policy', () => {
    const stack = stackIn();
    const vpc = new Vpc(stack, 'Vpc', { natGateways: 1 });
    const group = new SecurityGroup(stack, 'Group', { vpc });
    notesServer(stack, { hosting: anyHosting({ vpc, securityGroups: [group] }) });
    const template = Template.fromStack(stack);
    const { Properties, DependsOn } = functionOf(template, 'MCP server');
    expect(Properties.VpcConfig.SecurityGroupIds).toHaveLength(1);
    expect(Properties.VpcConfig.SubnetIds).toHaveLength(2);
    expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/RoleNetwork/)]));
    for (const [, role] of resourcesOf(template, 'AWS::IAM::Role')) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('fails with a timeout the endpoint would not wait for', () => {
    const hosting = anyHosting({ timeout: Duration.minutes(1) });
    expect(() => templateOf({ hosting })).toThrow(
      /timeout of 1 minute is longer than the endpoint waits: use at most 30/,
    );
  });

  test('has the user’s variables beside the guard’s', () => {
    const variables = variablesOf(templateOf({ hosting: anyHosting({ environment: { TABLE: 'notes' } }) }), 'server');
    expect(variables).toMatchObject({ TABLE: 'notes', MCP_CONTRACT: '2' });
  });

  test('fails with a variable that would change what the guard enforces', () => {
    const hosting = anyHosting({ environment: { MCP_POLICY: '{}' } });
    expect(() => templateOf({ hosting })).toThrow(/environment variable 'MCP_POLICY' is reserved/);
  });

  test('fails when all variables together are too long', () => {
    const hosting = anyHosting({ environment: { A: 'x'.repeat(3500) } });
    expect(() => templateOf({ hosting })).toThrow(/environment of Test\/Notes\/Server\/Function is about \d+ bytes/);
  });

  test('fails when one hosting is given to two servers', () => {
    const stack = stackIn();
    const hosting = anyHosting();
    notesServer(stack, { hosting }, 'A');
    expect(() => notesServer(stack, { hosting }, 'B')).toThrow(
      /this McpHosting.lambdaCode already belongs to 'Test\/A'/,
    );
  });

  test('fails with a policy too large for the environment, when the bundle is not ours', () => {
    expect(() => templateOf({ access: manyRules() })).toThrow(
      /does not fit into the environment: use McpHosting.nodejs/,
    );
  });
});

describe('a bundle', () => {
  test('is the user’s server behind the library’s handler, the same for two servers', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const hosting = () => McpHosting.nodejs({ entry: fixture('server.ts') });
    notesServer(stack, { hosting: hosting() }, 'A');
    notesServer(stack, { hosting: hosting() }, 'B');
    const bundle = bundleOf(app);
    expect([...bundle.keys()]).toEqual(['index.mjs']);
    expect(bundle.get('index.mjs')).toMatch(/export\{\w+ as handler\}/);
    const template = Template.fromStack(stack);
    const servers = resourcesOf(template, 'AWS::Lambda::Function').filter(([id]) => /Server/.test(id));
    const keys = servers.map(([, { Properties }]) => Properties.Code.S3Key);
    expect(keys[0]).toBe(keys[1]);
    expect(servers[0]![1].Properties.Handler).toBe('index.handler');
  });

  test('refuses to start when the default export was not made by serve()', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    notesServer(stack, { hosting: McpHosting.nodejs({ entry: fixture('server.ts') }) });
    const script = `import(${JSON.stringify(join(bundleFolder(app), 'index.mjs'))})`;
    const { status, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stderr).toMatch(/default export/);
    expect(status).toBe(1);
  });

  test('is made once in an app for the same entry and options', () => {
    const stack = stackIn();
    const options = { entry: fixture('server.ts'), minify: true, sourceMap: false, externalModules: [] };
    const first = bundleServer(stack, options);
    expect(bundleServer(new Stack(stack, 'Other'), { ...options })).toBe(first);
    expect(bundleServer(stack, { ...options, minify: false })).not.toBe(first);
    expect(bundleServer(stackIn(), options)).not.toBe(first);
  });

  test('is not made for a stack nobody asked for', () => {
    const stack = stackIn({ context: { [BUNDLING_STACKS]: ['Other'] } });
    const options = { entry: 'nowhere.ts', minify: true, sourceMap: false, externalModules: [] };
    expect(bundleServer(stack, options)).toEqual(new Map([['index.mjs', '']]));
  });

  test('stays where it was made when the CDK is told not to copy it', () => {
    const app = new App({ context: { [DISABLE_ASSET_STAGING_CONTEXT]: true, [ASSET_METADATA]: true } });
    const stack = new Stack(app, 'Test');
    notesServer(stack, { hosting: McpHosting.nodejs({ entry: fixture('server.ts') }) });
    const functions = resourcesOf(Template.fromStack(stack), 'AWS::Lambda::Function');
    const { Metadata } = functions.find(([id]) => id.includes('Server'))![1] as { Metadata?: Record<string, string> };
    expect(existsSync(join(Metadata![ASSET_PATH]!, 'index.mjs'))).toBe(true);
    rmSync(Metadata![ASSET_PATH]!, { recursive: true });
  });

  test('carries a policy that is too large for the environment', () => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    const access = manyRules();
    const hosting = McpHosting.nodejs({ entry: fixture('server.ts') });
    notesServer(stack, { hosting, access: [...access, { tools: ['add_note'], scopes: ['notes:write'] }] });
    const bundle = bundleOf(app);
    expect(JSON.parse(bundle.get('policy.json')!).rules[0].tools).toEqual(access[0]!.tools);
    expect(variablesOf(Template.fromStack(stack), 'server').MCP_POLICY).toBe('file:policy.json');
  });

  test('can have a source map', () => {
    const app = new App();
    const bundling = { minify: true, sourceMap: true };
    notesServer(new Stack(app, 'Test'), { hosting: McpHosting.nodejs({ entry: fixture('server.ts'), bundling }) });
    expect([...bundleOf(app).keys()].sort()).toEqual(['index.mjs', 'index.mjs.map']);
  });

  test.each([
    [
      'a file that does not exist',
      'nowhere.ts',
      /^entry '.*nowhere.ts' does not exist \(\/.*\): give a path from the folder/,
    ],
    [
      'no default export',
      'no-default.ts',
      /no-default.ts' has no default export: write `export default serve\(\(\) => …\)`/,
    ],
    [
      'an import that does not exist',
      'missing-module.ts',
      /cannot bundle '.*': repair what esbuild .*\n {2}.*:2:\d+: Could not resolve/,
    ],
  ])('fails with %s', (_name, file, message) => {
    expect(() => templateOf({ hosting: McpHosting.nodejs({ entry: fixture(file) }) })).toThrow(message);
  });

  test('fails without esbuild, and says how to get it', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'no-esbuild-'));
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(elsewhere);
    try {
      writeFileSync(join(elsewhere, 'server.ts'), 'export default 1;');
      const hosting = McpHosting.nodejs({ entry: join(elsewhere, 'server.ts') });
      expect(() => templateOf({ hosting })).toThrow(
        /esbuild is needed to bundle .*: run `npm install --save-dev esbuild`/,
      );
    } finally {
      cwd.mockRestore();
      rmSync(elsewhere, { recursive: true });
    }
  });
});
