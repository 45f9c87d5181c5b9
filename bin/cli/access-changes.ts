/** What changed between two syntheses of an app, as sentences for whoever approves it: who gains or loses what. */
import type { Grant, ServerAccess } from './access';

export function accessChanges(before: readonly ServerAccess[], after: readonly ServerAccess[]): string[] {
  const names = [...new Set([...before, ...after].map(({ server }) => server))];
  return names.flatMap((name) => {
    const old = before.find(({ server }) => server === name);
    const now = after.find(({ server }) => server === name);
    const sentences = serverChanges(old, now);
    return names.length > 1 ? sentences.map((sentence) => `${name}: ${sentence}`) : sentences;
  });
}

function serverChanges(before: ServerAccess | undefined, after: ServerAccess | undefined): string[] {
  return [
    ...(before === undefined ? ['this server is new'] : []),
    ...(after === undefined ? ['this server is gone'] : []),
    ...listed(before?.signIn, after?.signIn, (program) => [
      `people can sign in with ${program}`,
      `people can no longer sign in with ${program}`,
    ]),
    ...listed(before?.scopes, after?.scopes, (scope) => [`scope ${scope} is new`, `scope ${scope} is gone`]),
    ...listed(names(before), names(after), (machine) => [
      `machine client ${machine} is new`,
      `machine client ${machine} is gone`,
    ]),
    ...targets(before, after).flatMap(({ old, now, target }) => targetChanges(old, now, target)),
  ];
}

function names(server: ServerAccess | undefined): string[] | undefined {
  return server?.machineClients.map(({ name }) => name);
}

function listed(
  before: readonly string[] = [],
  after: readonly string[] = [],
  sentences: (item: string) => [added: string, removed: string],
): string[] {
  return [
    ...after.filter((item) => !before.includes(item)).map((item) => sentences(item)[0]),
    ...before.filter((item) => !after.includes(item)).map((item) => sentences(item)[1]),
  ];
}

interface Target {
  readonly target: string;
  readonly old?: Grant;
  readonly now?: Grant;
}

function targets(before: ServerAccess | undefined, after: ServerAccess | undefined): Target[] {
  const index = (server: ServerAccess | undefined) =>
    new Map((server?.access ?? []).map((grant) => [`${grant.kind} ${grant.pattern}`, grant]));
  const [old, now] = [index(before), index(after)];
  return [...new Set([...old.keys(), ...now.keys()])].map((target) => ({
    target,
    old: old.get(target),
    now: now.get(target),
  }));
}

function targetChanges(old: Grant | undefined, now: Grant | undefined, target: string): string[] {
  return [...peopleChanges(old, now, target), ...machineChanges(old, now, target)];
}

function machineChanges(old: Grant | undefined, now: Grant | undefined, target: string): string[] {
  const able = (grant: Grant | undefined) => [...(grant?.machineClients ?? []), ...(grant?.unknownClients ?? [])];
  return listed(able(old), able(now), (machine) => [
    `machine client ${machine} gains ${target}`,
    `machine client ${machine} loses ${target}`,
  ]);
}

function peopleChanges(old: Grant | undefined, now: Grant | undefined, target: string): string[] {
  const [had, have] = [old?.people ?? false, now?.people ?? false];
  if (!had && !have) return [];
  if (!had && now) return [`${people(now)} gain ${target} with ${now.scopes.join(' and ')}`];
  if (!have && old) return [`${people(old)} lose ${target}`];
  if (!old || !now) return [];
  const changes: string[] = [];
  if (people(old) !== people(now)) changes.push(`${target} is for ${people(now)}, no longer for ${people(old)}`);
  if (old.scopes.join() !== now.scopes.join()) {
    changes.push(`${target} needs ${now.scopes.join(' and ')}, no longer ${old.scopes.join(' and ')}`);
  }
  return changes;
}

function people({ groups }: Grant): string {
  return groups === undefined ? 'all who sign in' : `people in ${groups.join(' or ')}`;
}
