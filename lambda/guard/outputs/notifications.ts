/** Progress and log notifications of a stream: what one of them begins, the next may end. */

import { isRecord } from '../message';
import type { Tail } from './adjacent';
import type { Redactor } from './redact';
import { type Redactions, without } from './spans';

/** The notification without the end of what an earlier one began; every other message as it is. */
export function withoutContinued(message: unknown, tail: Tail, { find }: Redactor, found: Redactions): unknown {
  if (!isRecord(message) || !isRecord(message.params)) return message;
  const { params } = message;
  const name = message.method === 'notifications/progress' ? 'message' : 'data';
  if (name === 'data' && message.method !== 'notifications/message') return message;
  const text = params[name];
  if (typeof text !== 'string') return message;
  const spans = tail.spans(`${name} ${String(params.progressToken ?? params.logger ?? '')}`, text, find);
  return spans.length === 0 ? message : { ...message, params: { ...params, [name]: without(text, spans, found) } };
}
