/** What is wrong with a synthesised assembly and shows only when it is deployed. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Template {
  readonly Resources?: Readonly<Record<string, object>>;
}

/** Of the assembly in a folder and of those within it, each in a sentence. */
export function assemblyProblems(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .flatMap((name) => {
      const read = () => JSON.parse(readFileSync(join(folder, name), 'utf8'));
      if (basename(name) === 'manifest.json') return missing(read()).map((what) => `${name} has ${what} looked up`);
      if (!name.endsWith('.template.json')) return [];
      const cycle = cycleIn(read());
      return cycle ? [`${name} has a circular dependency: ${cycle.join(' → ')}`] : [];
    });
}

function missing(manifest: { readonly missing?: readonly { readonly provider: string }[] }): string[] {
  return [...new Set((manifest.missing ?? []).map(({ provider }) => provider))];
}

/** Resources that wait for each other, the first once more at the end; the whole resource counts, not its properties. */
export function cycleIn({ Resources = {} }: Template): string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return undefined;
    path.push(id);
    for (const other of new Set(referencesIn(Resources[id]))) {
      const cycle = other in Resources ? visit(other) : undefined;
      if (cycle) return cycle;
    }
    path.pop();
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(Resources)) {
    const cycle = visit(id);
    if (cycle) return cycle;
  }
  return undefined;
}

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return Object.entries(value).flatMap(([key, argument]) => [...referenced(key, argument), ...referencesIn(argument)]);
}

function referenced(key: string, argument: unknown): string[] {
  switch (key) {
    case 'Ref':
      return [String(argument)];
    case 'DependsOn':
      return [argument].flat().map(String);
    case 'Fn::GetAtt':
      return [Array.isArray(argument) ? String(argument[0]) : beforeDot(String(argument))];
    case 'Fn::Sub':
      return substituted(argument);
    default:
      return [];
  }
}

/** `${Id}` and `${Id.Attribute}`, but not `${!Text}`, nor a name that the expression brings along. */
function substituted(argument: unknown): string[] {
  const [text, own = {}] = Array.isArray(argument) ? argument : [argument];
  return [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)]
    .map(([, name]) => name!.trim())
    .filter((name) => !(name in own))
    .map(beforeDot);
}

function beforeDot(name: string): string {
  return name.split('.')[0]!;
}
