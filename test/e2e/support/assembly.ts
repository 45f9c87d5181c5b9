/** An app, synthesised once for many runs, and copies of it in which something was changed. */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { synthesise } from '../../../local/synthesise';
import { ROOT, temporaryFolder } from '../../support/stack';

// biome-ignore lint/suspicious/noExplicitAny: templates are taken apart and put together at any place
export type Resources = Record<string, { Type: string; Properties: any; DependsOn?: string | string[] }>;

export interface Assembly {
  readonly dir: string;
  /** The resources of its one stack, as they were synthesised. */
  readonly resources: Resources;
  /** The command of an app that writes this assembly. */
  readonly app: string;
  remove(): void;
}

/** The notes example, or another app by its command. */
export async function synthesised(app?: string, context?: Readonly<Record<string, string>>): Promise<Assembly> {
  const dir = temporaryFolder();
  await synthesise({ cwd: ROOT, outdir: dir, app, context });
  return assemblyIn(dir);
}

/** A copy of an assembly whose stack's resources were changed in place. */
export function mutated(assembly: Assembly, mutate: (resources: Resources) => void): Assembly {
  const dir = temporaryFolder();
  cpSync(assembly.dir, dir, { recursive: true });
  const path = templateIn(dir);
  const template = JSON.parse(readFileSync(path, 'utf8'));
  mutate(template.Resources);
  writeFileSync(path, JSON.stringify(template));
  return assemblyIn(dir);
}

/** Logical ids and properties of the resources of one type. */
export function ofType(resources: Resources, type: string) {
  return Object.entries(resources).filter(([, resource]) => resource.Type === `AWS::${type}`);
}

function assemblyIn(dir: string): Assembly {
  return {
    dir,
    resources: JSON.parse(readFileSync(templateIn(dir), 'utf8')).Resources,
    app: `cp -R "${dir}/." "$CDK_OUTDIR"`,
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function templateIn(dir: string): string {
  const [file, ...others] = readdirSync(dir).filter((name) => name.endsWith('.template.json'));
  if (file === undefined || others.length > 0) throw new Error(`${dir} has not exactly one template`);
  return join(dir, file);
}
