/** Where moderation meets what leaves: nothing is asked without it, and a result is withheld where it says so. */
import { internalError } from '../errors';
import { isRecord } from '../message';
import { refusalBody, wireRefusal } from '../refusal';
import type { Moderated } from './moderation';
import type { OutputPolicy } from './output-policy';
import type { Answer, Outgoing, OutputFacts } from './outputs';
import { mapEventData } from './sse';

/** A JSON answer; when the time is up the guardrail has not agreed. */
export async function moderated(
  { text, redactions }: Outgoing,
  { moderation }: OutputPolicy,
  deadline: Promise<'deadline'>,
): Promise<Moderated> {
  if (moderation === undefined) return { text };
  const judged = await Promise.race([moderation.judge(text, redactions), deadline]);
  return judged === 'deadline' ? { refused: 'moderation_unavailable', fault: judged } : judged;
}

/** An event of a stream, already cleaned. An answer that is withheld becomes an error; anything else is left out. */
export async function moderatedEvent(
  event: string,
  facts: OutputFacts,
  { answers, redactions }: Pick<Outgoing, 'redactions'> & { readonly answers: Answer[] },
): Promise<string> {
  const moderation = facts.outputs?.moderation;
  if (moderation === undefined) return event;
  let data: string | undefined;
  mapEventData(event, (text) => {
    data = text;
    return text;
  });
  if (data === undefined) return event;
  const judged = await moderation.judge(data, redactions);
  if ('text' in judged) return mapEventData(event, () => judged.text);
  const { refused: reason, fault = reason } = judged;
  const message: unknown = JSON.parse(data);
  if (!isRecord(message) || typeof message.method === 'string') return '';
  const index = answers.findIndex(({ id }) => id === message.id);
  if (index >= 0) answers[index] = { id: message.id, failed: true, declined: reason === 'moderated', fault };
  const { id } = message;
  const body =
    typeof id === 'string' || typeof id === 'number'
      ? refusalBody(wireRefusal({ reason }, { resourceMetadata: '' }), id, facts.errorId)
      : JSON.stringify(internalError(null, facts.errorId));
  return mapEventData(event, () => body);
}
