import type { IConstruct } from 'constructs';

/** What a construct throws when it is given something it cannot honour. */
export class SynthError extends Error {
  public constructor(message: string) {
    super(message);
    this.name = 'SynthError';
  }
}

/** Throws; the message says the value and the fix, the path says where. */
export function fail(scope: IConstruct, message: string): never {
  throw new SynthError(`${message} (at ${scope.node.path})`);
}

/** Throws all problems at once, so that a user repairs them in one go. */
export function failOnProblems(scope: IConstruct, problems: readonly string[]): void {
  if (problems.length === 1) fail(scope, problems[0]!);
  if (problems.length > 1) fail(scope, `${problems.length} problems:\n- ${problems.join('\n- ')}\n`);
}

/** `'a', 'b'` for messages; says so when there is nothing to list. */
export function quoted(values: readonly string[]): string {
  return values.length === 0 ? '(none)' : values.map((value) => `'${value}'`).join(', ');
}
