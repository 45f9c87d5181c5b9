/** One request, and what it is to be answered. */
import type { StackFile } from '../../../local/stack-file';
import { type Answer, type Sent, send } from './http';

export interface Probe extends Sent {
  readonly path: string;
  /** The origin of another server than the one the stack's description is of. */
  readonly origin?: string;
  readonly status: number;
  /** What the body contains. */
  readonly text?: string;
  /** What header of the answer matches. */
  readonly header?: readonly [name: string, value: RegExp];
}

/** What is wrong with the answer; undefined when it is as it should be. */
export async function wrongAnswer(stack: StackFile, probe: Probe): Promise<string | undefined> {
  const { path, origin = stack.mcpUrl, status, text = '', header, ...request } = probe;
  const answer = await send(new URL(path, origin).href, request);
  const held = answer.status === status && answer.text.includes(text) && (!header || hasHeader(answer, header));
  if (held) return undefined;
  const got = `${answer.status} ${header ? `${header[0]}: ${answer.headers[header[0]]} ` : ''}${answer.text}`;
  return `${request.method ?? 'GET'} ${path} answers ${got}, not ${status} ${header?.[1] ?? ''}${text}`;
}

function hasHeader({ headers }: Answer, [name, value]: readonly [string, RegExp]): boolean {
  return value.test(String(headers[name] ?? ''));
}
