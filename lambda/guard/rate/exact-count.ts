/**
 * One count for all instances: an item of the state table for each rule, principal and fixed window, raised by one
 * conditional write. However many instances write at once, no more than `calls` are let through in a window. Around the
 * end of one, up to twice as many may pass in a window's length; a log of every call would be exact there too, and
 * would cost a growing item that is read and written whole with each call.
 */
import { createHash } from 'node:crypto';
import { type RateLimitRule, StateKey, TableKey } from '../../../lib/private/contract';
import type { Table } from '../dynamodb';

/** Seconds that an item outlives its window; time to live is late anyway, and nothing relies on it. */
const KEPT_SECONDS = 60;

/** Whether `count` calls more pass in the window of `now`, which counts them. @throws when the table cannot be asked */
export type CountExactly = (principal: string, name: string, count: number, now: number) => Promise<boolean>;

export function exactCount(rule: RateLimitRule, table: Table): CountExactly {
  const ms = rule.seconds * 1000;
  const own = hashOf(JSON.stringify(rule)).slice(0, 12);
  return async (principal, name, count, now) => {
    if (count > rule.calls) return false;
    const window = Math.floor(now / ms);
    // Neither who calls nor what is readable from the table.
    const who = hashOf(JSON.stringify([principal, name])).slice(0, 32);
    // A write that is tried again after its answer was lost counts twice: too few calls pass then, never too many.
    const raised = await table.update(`${StateKey.rate}${own}#${who}#${window}`, {
      UpdateExpression: 'ADD #calls :count SET #expires = :expires',
      ConditionExpression: 'attribute_not_exists(#calls) OR #calls <= :room',
      ExpressionAttributeNames: { '#calls': 'calls', '#expires': TableKey.expires },
      ExpressionAttributeValues: {
        ':count': { N: String(count) },
        ':room': { N: String(rule.calls - count) },
        ':expires': { N: String(((window + 1) * ms) / 1000 + KEPT_SECONDS) },
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return raised !== undefined;
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
