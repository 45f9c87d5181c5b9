/** How many of the set's secrets the guard's redaction misses, and what else it takes for one. */
import type { Redactions } from '../../../lambda/guard/outputs/spans';
import { type Negative, negatives } from './negatives';
import { type Positive, positives } from './positives';
import { seeded } from './random';

export interface Row {
  readonly name: string;
  readonly samples: number;
  readonly found: number;
  /** Results without a secret in which this class was found. */
  readonly falseAlarms: number;
}

export interface Measurement {
  readonly rows: readonly Row[];
  readonly positives: number;
  readonly negatives: number;
  readonly recall: number;
  readonly precision: number;
  readonly missed: readonly Positive[];
  readonly alarms: readonly Negative[];
}

/** A value as it would leave, and what was counted. */
export type Redact = (value: unknown) => { readonly value: unknown; readonly found: Redactions };

/** Characters of a secret that may be left of it: a prefix that everyone knows has as many. */
const REST = 10;

export function measure(redact: Redact, { seed = 7, each = 14, eachNegative = 100 } = {}): Measurement {
  const random = seeded(seed);
  const secrets = positives(random, each);
  const harmless = negatives(random, eachNegative);
  const missed = secrets.filter(({ value, secret }) => leaks(redact(value).value, secret));
  const alarms: Negative[] = [];
  const alarmsOf = new Map<string, number>();
  for (const sample of harmless) {
    const { value, found } = redact(sample.value);
    if (JSON.stringify(value) === JSON.stringify(sample.value)) continue;
    alarms.push(sample);
    for (const name of Object.keys(found)) alarmsOf.set(name, (alarmsOf.get(name) ?? 0) + 1);
  }
  const names = [...new Set([...secrets.map(({ name }) => name), ...alarmsOf.keys()])];
  const count = (samples: readonly Positive[], of: string) => samples.filter(({ name }) => name === of).length;
  const found = secrets.length - missed.length;
  return {
    rows: names.map((name) => ({
      name,
      samples: count(secrets, name),
      found: count(secrets, name) - count(missed, name),
      falseAlarms: alarmsOf.get(name) ?? 0,
    })),
    positives: secrets.length,
    negatives: harmless.length,
    recall: found / secrets.length,
    precision: found / (found + alarms.length),
    missed,
    alarms,
  };
}

/** Whether a part of the secret that is worth having is still there. */
function leaks(value: unknown, secret: string): boolean {
  const text = JSON.stringify(value).replaceAll(/\\+u0061/g, 'a');
  const plain = JSON.stringify(secret).slice(1, -1);
  const body = plain.includes('PRIVATE KEY') ? plain.replace(/^.*?KEY[A-Z ]*-----\\n|\\n-----END.*$/g, '') : plain;
  const length = Math.min(body.length, Math.max(REST, Math.ceil(body.length / 3)));
  for (let at = 0; at + length <= body.length; at++) if (text.includes(body.slice(at, at + length))) return true;
  return false;
}
