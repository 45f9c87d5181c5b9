/** Which machine clients come and go, with their scopes; what is not known of them is said instead of guessed. */
import type { ServerAccess } from './access';
import type { Client } from './clients';
import { listed } from './listed';

type Side = ServerAccess | undefined;

/** Whether the machine clients of both sides can be told apart: a reference may stand for any of them. */
export function comparable(before: Side, after: Side): boolean {
  return referencesOf(before) === referencesOf(after);
}

export function clientChanges(before: Side, after: Side): string[] {
  if (!comparable(before, after)) {
    return [`which machine clients come or go is NOT KNOWN: before ${inWords(before)}; now ${inWords(after)}`];
  }
  const [old, now] = [clientsOf(before), clientsOf(after)];
  const both = now.flatMap((client) => {
    const former = old.find(({ name }) => name === client.name);
    return former ? [{ name: client.name, had: former.scopes, has: client.scopes }] : [];
  });
  return [
    ...listed(old.map(nameOf), now.map(nameOf), (name) => [
      `machine client ${name} is new, with ${scopesInWords(now.find((client) => client.name === name)?.scopes)}`,
      `machine client ${name} is gone`,
    ]),
    ...both.flatMap(({ name, had, has }) =>
      had && has
        ? listed(had, has, (scope) => [
            `machine client ${name} gains scope ${scope}`,
            `machine client ${name} loses scope ${scope}`,
          ])
        : [],
    ),
    ...unknownChanges(before, after),
  ];
}

/** Their scopes decide, which stand elsewhere: silence would read as if nothing changed for them. */
function unknownChanges(before: Side, after: Side): string[] {
  const reach = (side: Side, name: string) =>
    (side?.access ?? [])
      .filter(({ unknownClients }) => unknownClients.includes(name))
      .map(({ kind, pattern, scopes }) => `${kind} ${pattern} ${scopes.join(' ')}`);
  const names = new Set([...clientsOf(before), ...clientsOf(after)].filter(({ scopes }) => !scopes).map(nameOf));
  return [...names]
    .filter((name) => reach(before, name).join() !== reach(after, name).join())
    .map((name) => `what machine client ${name} gains or loses is NOT KNOWN: its scopes are not in this template`);
}

function inWords(side: Side): string {
  const clients = clientsOf(side);
  if (clients.length === 0) return 'none';
  return clients.map(({ name, scopes }) => (scopes ? `${name} with ${scopesInWords(scopes)}` : name)).join(', ');
}

function scopesInWords(scopes: readonly string[] | undefined): string {
  if (scopes === undefined) return 'scopes that are not known here';
  return scopes.length === 0 ? 'no scope of this server' : scopes.join(' and ');
}

function referencesOf(side: Side): string {
  return clientsOf(side)
    .flatMap(({ reference }) => reference ?? [])
    .join();
}

function clientsOf(side: Side): readonly Client[] {
  return side?.machineClients ?? [];
}

function nameOf({ name }: Client): string {
  return name;
}
