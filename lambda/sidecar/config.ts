/** Where the server behind the guard is, from the environment; a wrong address fails at start, by name. */
import { SidecarVariable } from '../../lib/private/contract';
import { type Environment, required } from '../environment';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The guard hands over requests without the caller's token and with headers that say who it is: whoever listens there
 * believes them, so nothing but this task may.
 *
 * @throws when it is not plain http on loopback with a path and nothing else.
 */
export function upstreamFrom(environment: Environment): URL {
  const value = required(environment, SidecarVariable.upstream);
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const plain = url?.protocol === 'http:' && url.username === '' && url.search === '' && url.hash === '';
  if (url === undefined || !plain || !LOOPBACK.has(url.hostname)) {
    throw new Error(
      `${SidecarVariable.upstream} is '${value}': it must be http on loopback, as http://127.0.0.1:3000/mcp`,
    );
  }
  return url;
}
