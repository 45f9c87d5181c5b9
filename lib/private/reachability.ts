import type { PolicyDocument, PolicyRule } from './contract';

/** Who can get tokens for a server. */
export interface Callers {
  /** Whether people can sign in: their clients may obtain every declared scope. */
  readonly users: boolean;
  readonly machines: readonly { readonly id: string; readonly scopes: readonly string[] }[];
}

/** Rules nobody can satisfy, in words. */
export function unreachableProblems(policy: PolicyDocument, callers: Callers): string[] {
  if (callers.users) return [];
  if (callers.machines.length === 0) {
    return ['no client can call this server: add one to `clients` of its authorization, or call addMachineClient'];
  }
  return policy.rules.flatMap((rule, index) => {
    if (rule.groups) {
      return [
        `nobody can satisfy access[${index}]: it asks for a group, only machine clients can call, and their tokens ` +
          'have no groups: add a client to `clients` of the authorization, or take `groups` out',
      ];
    }
    return callers.machines.some((machine) => satisfies(machine.scopes, rule))
      ? []
      : [`nobody can satisfy access[${index}]: no machine client holds all of its scopes: give them to one client`];
  });
}

/** Machine clients for which every rule is out of reach, though others may use the server. */
export function idleMachines(policy: PolicyDocument, callers: Callers): string[] {
  return callers.machines
    .filter((machine) => !policy.rules.some((rule) => !rule.groups && satisfies(machine.scopes, rule)))
    .map((machine) => machine.id);
}

function satisfies(held: readonly string[], rule: PolicyRule): boolean {
  return rule.scopes.every((scope) => held.includes(scope));
}
