/**
 * Questions that a server puts to its client while it works (sampling, elicitation, roots), where the client sees an
 * answer when it is whole: it would be asked when the call is over, and the server would wait for it until then.
 */
import { isRecord, type JsonRpcId } from '../guard/message';
import { EventSplitter, mapEventData } from '../guard/outputs/sse';
import { AnswerLost } from '../guard/server-fault';

/** The answer without questions; `refuse` is told of each as it comes, and ends the answer by throwing. */
export function withoutQuestions(
  response: Response,
  maxBytes: number,
  refuse: (question: JsonRpcId) => void,
): Response {
  const { body, status, headers } = response;
  if (body === null || !headers.get('content-type')?.startsWith('text/event-stream')) return response;
  const splitter = new EventSplitter();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const answered = (data: string) => {
    if (!MAY_ASK.test(data)) return data;
    const messages = messagesIn(data);
    const questions = messages.filter(isQuestion);
    if (questions.length === 0) return data;
    for (const { id } of questions) refuse(id);
    const others = messages.filter((message) => !isQuestion(message));
    return others.length === 0 ? '' : JSON.stringify(others);
  };
  const filter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      for (const event of splitter.push(decoder.decode(chunk, { stream: true }))) {
        controller.enqueue(encoder.encode(mapEventData(event, answered)));
      }
      // Nobody after this sees what has no end yet.
      if (splitter.pendingLength > maxBytes) throw new AnswerLost('result_too_large');
    },
  });
  return new Response(body.pipeThrough(filter), { status, headers });
}

/** An escape can hide any word. */
const MAY_ASK = /"method"|\\u/;

interface Question {
  readonly id: JsonRpcId;
}

function isQuestion(message: unknown): message is Question {
  return isRecord(message) && typeof message.method === 'string' && message.id !== undefined;
}

/** None where it is no JSON, which is for the guard to say. */
function messagesIn(data: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(data);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return [];
  }
}
