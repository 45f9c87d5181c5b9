/** The catalogue of one server, with its records of tools that are withheld. */
import type { Log } from '../audit';
import type { GuardConfig } from '../config';
import { type ListTools, type ToolCatalogue, toolCatalogue } from './tools';

export function guardedTools(
  { policy, server }: GuardConfig,
  list: ListTools | undefined,
  log: Log,
  clock: () => number,
): ToolCatalogue | undefined {
  if (list === undefined) return undefined;
  return toolCatalogue({
    list,
    clock,
    unknownProperties: policy.limits?.unknownProperties === true,
    withheld: (name, property) =>
      log({ type: 'withheld', time: new Date(clock()).toISOString(), server, name, property }),
  });
}
