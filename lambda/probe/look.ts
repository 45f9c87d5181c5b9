/**
 * What one look at the region finds. Two things are kept apart: whether its server answers, by which Route 53 leads
 * callers, and whether tokens are to be had. The user pool may stand in another region, and a region that is left
 * because of it leaves nobody to serve those who hold a token.
 */
import type { Ask } from './ask';
import type { ProbeConfig } from './config';
import { probe, WrongStatus } from './probe';
import type { Tokens } from './token';

export interface Finding {
  /** Why callers are to be led elsewhere; undefined: the server answers. */
  readonly fault?: string;
  /** Why there is no token to be had; undefined: there is, or there is no client to ask as. */
  readonly tokenFault?: string;
}

/** What the token's keys are to blame for as well: they come from the user pool. */
const UNVERIFIED: readonly number[] = [401, 503];

/** `tokens`: undefined where there is no client to call as. */
export async function look(config: ProbeConfig, ask: Ask, tokens?: Tokens): Promise<Finding> {
  const found = (token?: string): Promise<unknown> => probe(config, ask, token).then(none, some);
  const held = await tokens?.();
  const first = await found(held?.token);
  // Good tokens that are not taken while none is to be had: the pool is away, and with it the keys.
  const doubtful = held?.token !== undefined && first instanceof WrongStatus && UNVERIFIED.includes(first.status);
  const again = doubtful && held.fault === undefined ? await tokens?.(true) : doubtful ? held : undefined;
  const fault = again === undefined ? first : await found(again.fault === undefined ? again.token : undefined);
  return { fault: inWords(fault), tokenFault: inWords((again ?? held)?.fault) };
}

function none(): undefined {}

function some(fault: unknown): unknown {
  return fault ?? 'nothing was said';
}

function inWords(fault: unknown): string | undefined {
  return fault === undefined || fault instanceof Error ? fault?.message : String(fault);
}
