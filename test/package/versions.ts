import { mustRun } from './commands';

/** The peers an app is installed with. */
export interface Peers {
  readonly label: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** The oldest peers the package allows, and the newest there are; one entry where they are the same. */
export function supportedPeers(ranges: Readonly<Record<string, string>>, cwd: string): Peers[] {
  const oldest = mapValues(ranges, (range) => range.replace(/^[\^~]/, ''));
  const newest = mapValues(ranges, (range, name) => newestOf(name, range, cwd));
  if (JSON.stringify(oldest) === JSON.stringify(newest))
    return [{ label: 'oldest and newest peers', versions: oldest }];
  return [
    { label: 'oldest peers', versions: oldest },
    { label: 'newest peers', versions: newest },
  ];
}

function newestOf(name: string, range: string, cwd: string): string {
  const { stdout } = mustRun('npm', ['view', `${name}@${range}`, 'version', '--json'], cwd);
  const versions: string | string[] = JSON.parse(stdout);
  const newest = Array.isArray(versions) ? versions.toSorted(byVersion).at(-1) : versions;
  if (newest === undefined) throw new Error(`the registry has no ${name} in ${range}`);
  return newest;
}

function byVersion(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function mapValues(
  record: Readonly<Record<string, string>>,
  map: (value: string, key: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
