import type { Refusal } from './refusal';

/** What a decision returns: a value, or the reason it refuses. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (refusal: Refusal): Result<never> => ({ ok: false, refusal });
