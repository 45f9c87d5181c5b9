import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly } from '../../../local/template/assembly';
import { writeAssembly } from '../fixtures/assembly';
import { SMALL_STACK } from '../fixtures/small-stack';

/** The small assembly with its manifest changed. */
function assembly(
  change: (manifest: { artifacts: Record<string, Record<string, unknown>>; missing?: unknown }) => void,
): string {
  const dir = writeAssembly([SMALL_STACK]);
  const manifest = JSON.parse(readFileSync(join(dir, 'manifest.json'), 'utf8'));
  change(manifest);
  writeFileSync(join(dir, 'manifest.json'), JSON.stringify(manifest));
  return dir;
}

test('reads stacks, templates and assets', () => {
  const dir = writeAssembly([SMALL_STACK]);
  const [stack] = readAssembly(dir).stacks;
  expect(stack).toMatchObject({ stackName: 'Small', account: '123456789012', region: 'eu-central-1' });
  expect(stack?.assets.get('server.zip')).toEqual({ path: join(dir, 'asset.server'), packaging: 'zip' });
});

test('a fixed environment decides account and region', () => {
  const dir = assembly(({ artifacts }) =>
    Object.assign(artifacts.Small as object, { environment: 'aws://111111111111/us-east-1' }),
  );
  expect(readAssembly(dir).stacks[0]).toMatchObject({ account: '111111111111', region: 'us-east-1' });
});

test('refuses a folder without a manifest', () => {
  expect(() => readAssembly(mkdtempSync(join(tmpdir(), 'empty-')))).toThrow('the app wrote no manifest.json');
});

test('refuses errors the app noted at synth, and hands on warnings', () => {
  const note = (type: string) =>
    assembly(({ artifacts }) =>
      Object.assign(artifacts.Small as object, { metadata: { '/Small/X': [{ type, data: 'look here' }] } }),
    );
  expect(() => readAssembly(note('aws:cdk:error'))).toThrow('the app reports errors at synth:\n  /Small/X: look here');
  expect(readAssembly(note('aws:cdk:warning')).warnings).toEqual(['/Small/X: look here']);
});

test('reads metadata that has a file of its own', () => {
  const dir = assembly(({ artifacts }) =>
    Object.assign(artifacts.Small as object, { additionalMetadataFile: 'more.json' }),
  );
  writeFileSync(join(dir, 'more.json'), JSON.stringify({ '/Small': [{ type: 'aws:cdk:error', data: 'bad' }] }));
  expect(() => readAssembly(dir)).toThrow('/Small: bad');
});

test('refuses look-ups an account would have to answer, and stages', () => {
  const lookup = assembly((manifest) => Object.assign(manifest, { missing: [{ key: 'availability-zones:x' }] }));
  expect(() => readAssembly(lookup)).toThrow('the app looks up values in an account (availability-zones:x)');
  const staged = assembly(({ artifacts }) => Object.assign(artifacts, { Prod: { type: 'cdk:cloud-assembly' } }));
  expect(() => readAssembly(staged)).toThrow('the app has stages (Prod)');
});
