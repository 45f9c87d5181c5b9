/** What changes between two assemblies, or between what is deployed and an assembly. */
import { readStacks } from '../assembly';
import { CliFailure } from '../failure';
import { changesOf, pairsOf, type StackChanges } from './changes';
import type { ChangesSelection } from './command';
import { deployedPairs } from './deployed';

export { markdownOf, summaryOf } from './render';

export async function changes({ before, after }: ChangesSelection): Promise<StackChanges[]> {
  const stacks = after.flatMap(readStacks);
  if (stacks.length === 0) throw new CliFailure(`no stack in '${after.join("', '")}': name a cloud assembly with one`);
  return changesOf(
    before === undefined ? await deployedPairs(stacks, process.env) : pairsOf(readStacks(before), stacks),
  );
}
