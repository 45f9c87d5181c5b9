/** What changed between two syntheses of an app, as sentences for whoever approves it: who gains or loses what. */
import type { Grant, ServerAccess } from './access';
import { clientChanges, comparable } from './client-changes';
import { listed } from './listed';

export function accessChanges(before: readonly ServerAccess[], after: readonly ServerAccess[]): string[] {
  const servers = [...new Map([...before, ...after].map((one) => [placeOf(one), one])).entries()];
  return servers.flatMap(([place, { server, stack }]) => {
    const old = before.find((one) => placeOf(one) === place);
    const now = after.find((one) => placeOf(one) === place);
    const sentences = serverChanges(old, now);
    if (servers.length === 1) return sentences;
    // Regions of one server may have one name.
    const namesakes = servers.filter(([, other]) => other.server === server);
    const name = namesakes.length > 1 ? `${server} of ${stack}` : server;
    return sentences.map((sentence) => `${name}: ${sentence}`);
  });
}

function placeOf({ stack, server }: ServerAccess): string {
  return `${stack} ${server}`;
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
    ...clientChanges(before, after),
    ...targets(before, after).flatMap(({ old, now, target }) => [
      ...peopleChanges(old, now, target),
      ...(comparable(before, after) ? machineChanges(old, now, target) : []),
    ]),
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

/** Of those whose scopes are known; `clientChanges` says that others may have gained or lost something. */
function machineChanges(old: Grant | undefined, now: Grant | undefined, target: string): string[] {
  return listed(old?.machineClients, now?.machineClients, (machine) => [
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
