/** Whether a process that listens would take a call, for its health; and why not, in its log. */
import { GuardVariable } from '../../lib/private/contract';
import { type Log, stdoutLog } from '../guard/audit';
import { NotServed } from '../guard/server-fault';
import type { Guarded, GuardedFetch } from './guarded';

/** Whether the guard asks a request without a token for one, and the server behind it could answer a call. */
export function readiness(ready: Guarded['ready'], fetch: GuardedFetch, log: Log = stdoutLog): () => Promise<boolean> {
  let said: string | undefined;
  return async () => {
    try {
      const headers = { 'content-type': 'application/json' };
      const request = new Request('http://health.invalid/', { method: 'POST', headers, body: '{}' });
      const { status } = await fetch(request, { requestId: 'health', ownCheck: true });
      if (status !== 401) throw new Error(`the guard answered ${status} to a request without a token`);
      await ready();
      said = undefined;
      return true;
    } catch (fault) {
      const text = String(fault);
      // Who is not there yet is not worth a line: calls that meet nobody say so.
      if (text !== said && NotServed.refusalOf(fault) === undefined) {
        const name = process.env[GuardVariable.server] ?? '';
        log({ type: 'error', time: new Date().toISOString(), server: name, requestId: 'health', fault });
      }
      said = text;
      return false;
    }
  };
}
