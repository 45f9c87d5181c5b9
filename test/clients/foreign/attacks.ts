/** The attack suite's tokens and requests, on a server that nobody wrote for this guard: nothing of them reaches it. */

import { REFUSED_REQUESTS, UNKNOWN_NAMES } from '../../security/themes/guard-requests';
import { FORGED_TOKENS } from '../../security/themes/guard-tokens';
import { toolCall } from '../../support/guard';
import { must, type Rung } from '../support/rungs';
import { connected, type Ground, post } from './ground';
import type { Program, Tools } from './programs';

export function attacksOf({ server, version, tools }: Program, on: () => Promise<Ground>): Rung[] {
  const rung = (what: string, climbIt: (ground: Ground, id: string | undefined) => Promise<string>): Rung => ({
    client: server,
    version,
    registration: 'pre-registered',
    what,
    run: async () => {
      const ground = await on();
      const { client, transport } = await connected(ground, ground.token);
      const seen = await climbIt(ground, transport.sessionId);
      await client.close();
      return seen;
    },
  });
  const harmless = toolCall(tools.echo, { message: 'x' });

  return [
    rung('attacks: forged and foreign tokens', async (ground, id) => {
      for (const [what, forge] of FORGED_TOKENS) {
        const token = await forge(ground);
        const { status, challenge } = await untouched(ground, what, () => post(ground, harmless, { token, id }));
        must(status === 401 && challenge.includes('resource_metadata='), `${what}: answered ${status} ${challenge}`);
      }
      return `${FORGED_TOKENS.length} refused`;
    }),
    rung('attacks: requests that say one thing and do another', async (ground, id) => {
      for (const [what, body, { headers }, due] of REFUSED_REQUESTS) {
        const sent = { token: ground.token, id, headers };
        const { status } = await untouched(ground, what, () => post(ground, inWordsOf(tools, body), sent));
        must(status === due, `${what}: answered ${status}, not ${due}`);
      }
      return `${REFUSED_REQUESTS.length} refused`;
    }),
    rung('attacks: tools and resources that no rule names', async (ground, id) => {
      for (const [what, body] of UNKNOWN_NAMES) {
        const sent = { token: ground.token, id };
        const answer = await untouched(ground, what, () => post(ground, inWordsOf(tools, body), sent));
        must(!answer.text.includes('"result"'), `${what}: answered ${answer.text}`);
        must(answer.challenge === '', `${what}: challenged with ${answer.challenge}`);
      }
      return `${UNKNOWN_NAMES.length} as unknown`;
    }),
    rung("attacks: the caller's credentials and what it says it is", async (ground, id) => {
      const claimed = {
        cookie: 'session=stolen',
        'x-mcp-principal': 'admin',
        'x-mcp-scopes': 'notes:write',
        'x-forwarded-user': 'admin',
        'x-amzn-oidc-data': 'admin',
      };
      const before = ground.asked.length;
      const answer = await post(ground, harmless, { token: ground.token, id, headers: claimed });
      must(answer.status === 200, `the honest call is answered ${answer.status}`);
      const reached = ground.asked.slice(before);
      must(reached.some(isCall), 'the honest call did not reach the server');
      const all = JSON.stringify(reached);
      for (const text of [ground.token.slice(0, 40), 'stolen', 'admin', 'authorization', 'cookie']) {
        must(!all.includes(text), `the server was told ${text}`);
      }
      return `${Object.keys(claimed).length + 1} headers taken away`;
    }),
  ];
}

const isCall = ({ body }: { readonly body: string }) => body.includes('"tools/call"');

const OWN = /"method":"(tools\/list|initialize|notifications\/initialized)"/;

/** What is answered where nothing of it reaches the server, which is asked for its lists and heard by GET alone. */
async function untouched<T>({ asked }: Ground, what: string, act: () => Promise<T>): Promise<T> {
  const before = asked.length;
  const answer = await act();
  const reached = asked.slice(before).filter(({ method, body }) => method !== 'GET' && !OWN.test(body));
  must(reached.length === 0, `${what}: the server was asked ${JSON.stringify(reached)}`);
  return answer;
}

/** The suite speaks of the tools of the notes server. */
function inWordsOf({ echo, sum, hidden }: Tools, body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return text
    .replaceAll('"list_notes"', JSON.stringify(echo))
    .replaceAll('"add_note"', JSON.stringify(sum))
    .replaceAll('"drop_table"', JSON.stringify(hidden));
}
