import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readStacks } from '../../bin/cli/assembly';
import { write } from './app';
import { type Finished, lastLines, mustRun, run } from './commands';
import type { Report } from './report';
import { compile } from './types';

const OUT = 'cdk.out';

/** The README's app synthesises, its bundle is guarded, and its mistakes are explained. */
export async function checkSynth(report: Report, app: string): Promise<void> {
  const compiled = await report.check('the README example compiles', () =>
    compile(app, { module: 'nodenext', skipLibCheck: true, outDir: 'compiled' }, ['app.ts', 'server.ts']),
  );
  await report.check('the README example synthesises under tsx', () => synthesise(app, ['--import', 'tsx', 'app.ts']));
  if (!compiled) return;
  const synthesised = await report.check('the README example synthesises under plain node', () =>
    synthesise(app, ['compiled/app.js']),
  );
  if (!synthesised) return;
  await report.check('`cdk-mcp access` reads it', () => {
    const { stdout } = mustRun(join(app, 'node_modules/.bin/cdk-mcp'), ['access', OUT], app);
    for (const line of [/tool +list_notes +notes:read +any user/, /tool +delete_\* +notes:write +in admins/]) {
      if (!line.test(stdout)) throw new Error(`${line} is not in:\n${stdout}`);
    }
  });
  await report.check('T6 `cdk-mcp check` builds the server and finds nothing to say', () => {
    const { code, stdout, stderr } = run(join(app, 'node_modules/.bin/cdk-mcp'), ['check', 'server.ts'], app);
    if (code !== 0) throw new Error(`it ends with ${code}:\n${stdout}${stderr}`);
  });
  await report.check('A2 the bundle refuses a call without a token, with a challenge', () => checkRefusal(app));
  await checkMistakes(report, app);
}

async function checkMistakes(report: Report, app: string): Promise<void> {
  const server = readFileSync(join(app, 'server.ts'), 'utf8');
  await report.check('a server without default export is explained at synth', () => {
    write(app, 'server.ts', server.replace('export default ', 'export const notes = '));
    expectFailure(app, ['has no default export: write `export default serve(() => …)`']);
  });
  await report.check('a default export not made by serve() does not start', () => {
    write(app, 'server.ts', 'export default { fetch: () => new Response() };');
    synthesise(app, ['compiled/app.js']);
    const { code, stderr } = invoke(app);
    if (code === 0 || !stderr.includes('was not made by serve()')) throw new Error(`it started: ${stderr}`);
  });
  await report.check('a missing esbuild is explained at synth', () => {
    write(app, 'server.ts', server);
    rmSync(join(app, 'node_modules/esbuild'), { recursive: true });
    expectFailure(app, ['esbuild is needed to bundle', 'npm install --save-dev esbuild']);
  });
}

/** Runs the app as the CDK's command line would. */
function synthesise(app: string, args: readonly string[]): void {
  rmSync(join(app, OUT), { recursive: true, force: true });
  mustRun(process.execPath, args, app, { CDK_OUTDIR: OUT });
  if (!existsSync(join(app, OUT, 'manifest.json'))) throw new Error('no assembly was written');
}

function expectFailure(app: string, words: readonly string[]): void {
  const finished = run(process.execPath, ['compiled/app.js'], app, { CDK_OUTDIR: OUT });
  if (finished.code === 0) throw new Error('it synthesised');
  const missing = words.filter((word) => !finished.stderr.includes(word));
  if (missing.length > 0) throw new Error(`not said: ${missing.join(', ')}\n${lastLines(finished)}`);
}

function checkRefusal(app: string): void {
  const finished = invoke(app);
  if (finished.code !== 0) throw new Error(lastLines(finished));
  const { statusCode, headers } = JSON.parse(finished.stdout.trim().split('\n').at(-1) ?? '');
  const challenge = String(headers['www-authenticate']);
  if (statusCode !== 401 || !challenge.includes('resource_metadata=')) {
    throw new Error(`it answers ${statusCode} ${challenge}`);
  }
}

/** Calls the synthesised function once, without a token, in a process of its own. */
function invoke(app: string): Finished {
  const { folder, variables } = serverBundle(app);
  const event = {
    version: '2.0',
    rawPath: '/mcp',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    requestContext: { requestId: '1', domainName: 'notes.example', http: { method: 'POST' } },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    isBase64Encoded: false,
  };
  const script = `
    const { handler } = await import(${JSON.stringify(join(folder, 'index.mjs'))});
    const answer = await handler(${JSON.stringify(event)}, { getRemainingTimeInMillis: () => 5000 });
    console.log(JSON.stringify(answer));
    process.exit(0);
  `;
  return run(process.execPath, ['--input-type=module', '-e', script], folder, {
    ...variables,
    LAMBDA_TASK_ROOT: folder,
  });
}

/** The bundle of the function with a policy, and its variables as after a deployment to notes.example. */
function serverBundle(app: string): { folder: string; variables: Record<string, string> } {
  for (const { template, assets } of readStacks(join(app, OUT))) {
    for (const { Properties = {} } of Object.values(template.Resources ?? {})) {
      const { Environment, Code } = Properties as {
        Environment?: { Variables?: Record<string, unknown> };
        Code?: { S3Key: string };
      };
      const folder = assets.get(Code?.S3Key ?? '');
      if (Environment?.Variables?.MCP_POLICY === undefined || folder === undefined) continue;
      const variables = Object.entries(Environment.Variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : 'https://notes.example/mcp',
      ]);
      return { folder, variables: Object.fromEntries(variables) };
    }
  }
  throw new Error('no function has a policy');
}
