import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../../local/synthesise';
import { isRunning, waitFor } from './fixtures/processes';

/** A project whose app is this script. */
function project(script: string, config: object = { app: 'node app.cjs' }) {
  const cwd = mkdtempSync(join(tmpdir(), 'project-'));
  writeFileSync(join(cwd, 'app.cjs'), script);
  writeFileSync(join(cwd, 'cdk.json'), JSON.stringify(config));
  return { cwd, outdir: join(cwd, 'out') };
}

test('runs the app of cdk.json with output folder and context, as the CDK CLI does', async () => {
  const script = 'require("fs").writeFileSync(process.env.CDK_OUTDIR + "/seen", process.env.CDK_CONTEXT_JSON)';
  const options = project(script, { app: 'node app.cjs', context: { a: 1 } });
  writeFileSync(join(options.cwd, 'cdk.context.json'), '{"b":2}');
  await synthesise(options);
  expect(JSON.parse(readFileSync(join(options.outdir, 'seen'), 'utf8'))).toEqual({ a: 1, b: 2 });
});

test('--app runs another app', async () => {
  const options = project('process.exit(1)');
  await expect(synthesise({ ...options, app: 'node -e 0' })).resolves.toBeUndefined();
});

test('a failing app: the end of its error output and a sentence', async () => {
  const options = project('for (let i = 0; i < 100; i++) console.error("line " + i); process.exitCode = 3');
  const error: Error = await synthesise(options).catch((thrown) => thrown);
  expect(error.message).toContain('line 99\n\nthe app `node app.cjs` failed with exit code 3');
  expect(error.message).not.toContain('line 69');
});

test('no app at all, and a cdk.json nobody can read', async () => {
  await expect(synthesise(project('', {}))).rejects.toThrow('there is no app to run');
  const broken = project('');
  writeFileSync(join(broken.cwd, 'cdk.json'), '{');
  await expect(synthesise(broken)).rejects.toThrow('cdk.json');
});

test('the manifest of an earlier run does not pass for this one', async () => {
  const options = project('require("fs").writeFileSync(process.env.CDK_OUTDIR + "/manifest.json", "{}")');
  await synthesise(options);
  await synthesise({ ...options, app: 'node -e 0' });
  expect(existsSync(join(options.outdir, 'manifest.json'))).toBe(false);
});

test('context given beside cdk.json is the stronger one', async () => {
  const options = project('require("fs").writeFileSync("context", process.env.CDK_CONTEXT_JSON)', {
    app: 'node app.cjs',
    context: { dynamic: 'false', other: 1 },
  });
  await synthesise({ ...options, context: { dynamic: 'true' } });
  expect(JSON.parse(readFileSync(join(options.cwd, 'context'), 'utf8'))).toEqual({ dynamic: 'true', other: 1 });
});

test('stopping ends the app and what it started', async () => {
  const options = project('require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000)');
  const stopping = new AbortController();
  const running = synthesise({ ...options, signal: stopping.signal });
  await waitFor(() => existsSync(join(options.cwd, 'pid')));
  stopping.abort();
  await expect(running).rejects.toThrow('stopped while synthesising');
  const pid = Number(readFileSync(join(options.cwd, 'pid'), 'utf8'));
  await waitFor(() => !isRunning(pid), 2000);
});
