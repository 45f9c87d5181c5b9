/** What a deployment would change: who may call what, who may do what in the account, and which resources. */
import { serversOf } from '../access';
import { accessChanges } from '../access-changes';
import type { SynthesisedStack } from '../assembly';
import { CliFailure } from '../failure';
import { permissionChanges } from './permissions';
import { type ResourceChange, resourceChanges } from './resources';

/** A stack before and after; absent on the side where it is not. */
export interface StackPair {
  readonly name: string;
  readonly before?: SynthesisedStack;
  readonly after?: SynthesisedStack;
}

/** What changes in one stack; also the shape of `--json`. */
export interface StackChanges {
  readonly stack: string;
  readonly state: 'new' | 'gone' | 'changed' | 'same';
  readonly access: readonly string[];
  readonly permissions: readonly string[];
  readonly resources: readonly ResourceChange[];
}

export function changesOf(pairs: readonly StackPair[]): StackChanges[] {
  return pairs.map(({ name, before, after }) => {
    const [old, now] = [before?.template ?? {}, after?.template ?? {}];
    const access = accessSentences(before, after);
    const permissions = permissionChanges(old, now);
    const resources = resourceChanges(old, now);
    const differs = access.length + permissions.length + resources.length > 0;
    return { stack: name, state: stateOf(before, after, differs), access, permissions, resources };
  });
}

/** Stacks of two assemblies by their names, those of the newer first. */
export function pairsOf(before: readonly SynthesisedStack[], after: readonly SynthesisedStack[]): StackPair[] {
  const names = [...new Set([...after, ...before].map(({ name }) => name))];
  const find = (stacks: readonly SynthesisedStack[], name: string) => stacks.find((stack) => stack.name === name);
  return names.map((name) => ({ name, before: find(before, name), after: find(after, name) }));
}

function stateOf(before: unknown, after: unknown, differs: boolean): StackChanges['state'] {
  if (before === undefined) return 'new';
  if (after === undefined) return 'gone';
  return differs ? 'changed' : 'same';
}

/** What is deployed may come from a release whose policy cannot be read here; that has to be said, not left out. */
function accessSentences(before: SynthesisedStack | undefined, after: SynthesisedStack | undefined): string[] {
  const now = after ? serversOf(after) : [];
  try {
    return accessChanges(before ? serversOf(before) : [], now);
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return [`who gains or loses which tool is NOT KNOWN: ${error.message}`];
  }
}
