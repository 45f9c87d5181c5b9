import type { ContextHeader } from '../context-header';
import type { ContextHeaderRule } from './contract';

/** Everything wrong with context headers, in words that say what to write instead. */
export function contextHeaderProblems(_headers: readonly ContextHeader[]): string[] {
  return [];
}

/** A context header as the guard reads it. */
export function contextHeaderRule({ header, claim, required = true }: ContextHeader): ContextHeaderRule {
  return { header: header.toLowerCase(), claim, required };
}
