/** The defence of the audit log against ids that a client chose. */
import { type Mutant, mutantsOf } from './mutant';

export const REQUEST_ID_MUTANTS: readonly Mutant[] = mutantsOf(
  'serve/request-id.ts',
  [],
  ['serve/request-id'],
  [
    ['no id from a client', 'if (header === undefined) return undefined;', "header ??= 'x-mcp-request-id';"],
    ['ids alone', '&& REQUEST_ID.test(id)', ''],
  ],
);
