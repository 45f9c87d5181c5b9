/** Makes calls of the mix, a bounded number at a time, and keeps what came of them. */
import type { Ask } from './call';
import { drawing, type Kind } from './kinds';
import type { Tokens } from './world';

export interface Outcomes {
  calls: number;
  /** Audit records that these calls must have left. */
  records: number;
  readonly byKind: Record<string, number>;
  /** Calls whose outcome was another than it should be; the first few in words. */
  wrong: number;
  readonly examples: string[];
}

export interface Drive {
  readonly kinds: readonly { readonly kind: Kind; readonly ask: Ask }[];
  readonly tokens: Tokens;
  readonly calls: number;
  readonly seed: number;
  readonly atOnce: number;
}

const MAX_EXAMPLES = 5;

export async function drive({ kinds, tokens, calls, seed, atOnce }: Drive): Promise<Outcomes> {
  const asks = new Map(kinds.map(({ kind, ask }) => [kind, ask]));
  const draw = drawing(seed, [...asks.keys()]);
  const outcomes = noOutcomes();
  let started = 0;

  async function one(): Promise<void> {
    while (started < calls) {
      const n = ++started;
      const kind = draw();
      const problem = await attempt(kind, asks.get(kind)!, n, tokens);
      outcomes.calls += 1;
      outcomes.records += kind.records;
      outcomes.byKind[kind.name] = (outcomes.byKind[kind.name] ?? 0) + 1;
      if (problem === undefined) continue;
      outcomes.wrong += 1;
      if (outcomes.examples.length < MAX_EXAMPLES) outcomes.examples.push(`${kind.name}: ${problem}`);
    }
  }

  await Promise.all(Array.from({ length: atOnce }, one));
  return outcomes;
}

async function attempt(kind: Kind, ask: Ask, n: number, tokens: Tokens): Promise<string | undefined> {
  try {
    return kind.wrong(await ask(kind.call(n, tokens)), n);
  } catch (fault) {
    return String(fault);
  }
}

export function noOutcomes(): Outcomes {
  return { calls: 0, records: 0, byKind: {}, wrong: 0, examples: [] };
}

export function addOutcomes(sum: Outcomes, more: Outcomes): void {
  sum.calls += more.calls;
  sum.records += more.records;
  sum.wrong += more.wrong;
  for (const [name, count] of Object.entries(more.byKind)) sum.byKind[name] = (sum.byKind[name] ?? 0) + count;
  sum.examples.push(...more.examples.slice(0, Math.max(0, MAX_EXAMPLES - sum.examples.length)));
}
