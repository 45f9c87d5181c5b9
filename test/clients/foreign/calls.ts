/** What honest clients do with such a server, and what they must not see of it. */
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { read, sign, toolCall, userClaims, write } from '../../support/guard';
import { must, type Rung } from '../support/rungs';
import { connected, type Ground, post, said } from './ground';
import type { Program } from './programs';

const KEY = `AKIA${'ABCDEFGHIJKLMNOP'}`;

export function callsOf({ server, version, sessions, tools }: Program, on: () => Promise<Ground>): Rung[] {
  const rung = (what: string, climbIt: (ground: Ground) => Promise<string>): Rung => ({
    client: server,
    version,
    registration: 'pre-registered',
    what,
    run: async () => climbIt(await on()),
  });
  const all = rung('list, call, deny, step up, redact, stream: client of SDK v1', async (ground) => {
    const { client, transport } = await connected(ground, ground.token);
    const listed = (await client.listTools()).tools.map(({ name }) => name);
    must(listed.includes(tools.echo) && !listed.includes(tools.hidden), `lists ${listed}`);
    must((await said(client, tools.echo, { message: 'hello' })).includes('hello'), 'no echo');
    const denied = await said(client, tools.hidden, {}).catch((error: Error) => error.message);
    must(denied.includes(`Tool ${tools.hidden} not found`), `a tool of no rule answers: ${denied}`);
    const wrong = await said(client, tools.echo, { message: 1 }).catch((error: Error) => error.message);
    must(/Invalid arguments/.test(wrong), `wrong arguments answer: ${wrong}`);
    const redacted = await said(client, tools.echo, { message: KEY });
    must(!redacted.includes(KEY), 'a key got out');
    const progress: number[] = [];
    const options = { onprogress: ({ progress: at }: { progress: number }) => void progress.push(at) };
    await client.callTool(tools.slow, undefined, options);
    must(progress.length >= 2, `progress ${progress}`);
    const refused = await post(ground, toolCall(tools.sum, { a: 1, b: 2 }), {
      token: ground.token,
      id: transport.sessionId,
    });
    must(refused.status === 403 && refused.text.includes('notes:write'), `no step up: ${refused.status}`);
    await client.close();
    const more = await connected(ground, await sign(ground.keys, userClaims({ scope: `${read} ${write}` })));
    must((await said(more.client, tools.sum, { a: 1, b: 2 })).includes('3'), 'no sum');
    await more.client.close();
    return `${listed.length} tools; progress ${progress.join()}`;
  });
  const newer = rung('list and call: client of SDK v2', async (ground) => {
    const headers = { authorization: `Bearer ${ground.token}` };
    const client = new ClientV2({ name: 'v2', version: '1' });
    await client.connect(new TransportV2(new URL(ground.sidecar.url), { requestInit: { headers } }));
    const { tools: listed } = await client.listTools();
    must(!listed.some(({ name }) => name === tools.hidden), 'lists what no rule names');
    const result = await client.callTool({ name: tools.echo, arguments: { message: 'hello' } });
    must(JSON.stringify(result.content).includes('hello'), 'no echo');
    await client.close();
    return `${listed.length} tools`;
  });
  const session = rung('sessions: bound to the user, ended by DELETE', async (ground) => {
    const { client, transport } = await connected(ground, ground.token);
    const id = transport.sessionId;
    must(id !== undefined && /^[A-Za-z0-9_-]{43}$/.test(id), `the id is ${id}`);
    const other = await sign(ground.keys, userClaims({ sub: 'user-2' }));
    const stolen = await post(ground, toolCall(tools.echo, { message: 'x' }), { token: other, id });
    must(stolen.status === 404, `another user is answered ${stolen.status}`);
    await transport.terminateSession();
    const ended = await post(ground, toolCall(tools.echo, { message: 'x' }), { token: ground.token, id });
    must(ended.status === 404, `after DELETE it answers ${ended.status}`);
    await client.close();
    return 'unknown to others, gone on DELETE';
  });
  return [all, newer, ...(sessions ? [session] : [])];
}
