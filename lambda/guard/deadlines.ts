/** How long tools may take: each name has the time of the longest pattern that matches it. */
import type { LimitRules } from '../../lib/private/contract';
import type { Body } from './message';

/** Milliseconds that the work on a body may take; undefined: nothing is said of its tools. */
export type TimeFor = (body: Body) => number | undefined;

const UNSAID: TimeFor = () => undefined;

/** Of a batch the shortest time counts: no tool gets longer by being called along with another. */
export function timesOf(toolMs: LimitRules['toolMs']): TimeFor {
  const times = Object.entries(toolMs ?? {});
  if (times.length === 0) return UNSAID;
  const exact = new Map(times.filter(([name]) => !name.endsWith('*')));
  const prefixes = times
    .filter(([name]) => name.endsWith('*'))
    .map(([name, ms]) => ({ prefix: name.slice(0, -1), ms }))
    .sort((a, b) => b.prefix.length - a.prefix.length);
  const timeOf = (tool: string) => exact.get(tool) ?? prefixes.find(({ prefix }) => tool.startsWith(prefix))?.ms;
  return ({ messages }) => {
    const asked = messages.flatMap(({ method, params }) => {
      const ms = method === 'tools/call' && typeof params.name === 'string' ? timeOf(params.name) : undefined;
      return ms === undefined ? [] : [ms];
    });
    return asked.length === 0 ? undefined : Math.min(...asked);
  };
}
