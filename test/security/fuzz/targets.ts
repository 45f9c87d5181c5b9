/** Every target, in the order of the table. */
import { makeKeys } from '../../support/guard';
import { DECISIONS } from './decisions';
import { pipelineTarget } from './pipeline';
import { streamTargets } from './streams';
import type { Target } from './target';
import { TOKENS } from './tokens';

export async function targets(): Promise<readonly Target[]> {
  const keys = await makeKeys();
  return [...DECISIONS, ...TOKENS, ...(await streamTargets(keys)), await pipelineTarget(keys)];
}
