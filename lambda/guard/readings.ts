/** What is counted between two audit records, which then carry it: most carry nothing, and a line costs by its length. */
import { Metric } from '../../lib/private/contract';

/** The loop is looked at no more often than this, in milliseconds. */
const LOOP_EVERY_MS = 1_000;

let verified = 0;
let delay: number | undefined;
let looked = Number.NEGATIVE_INFINITY;

export function tokenVerified(): void {
  verified += 1;
}

/** Begins to measure how long the event loop takes to come round; called when a call begins. */
export function lookAtLoop(): void {
  const began = performance.now();
  if (began - looked < LOOP_EVERY_MS) return;
  looked = began;
  setImmediate(() => {
    delay = Math.round((performance.now() - began) * 1000) / 1000;
  });
}

/** What came together since the last time. */
export function takeReadings(): { readonly TokensVerified?: number; readonly EventLoopDelay?: number } {
  if (verified === 0 && delay === undefined) return NONE;
  const readings = {
    ...(verified > 0 && { [Metric.tokensVerified]: verified }),
    ...(delay !== undefined && { [Metric.eventLoopDelay]: delay }),
  };
  verified = 0;
  delay = undefined;
  return readings;
}

const NONE = {};
