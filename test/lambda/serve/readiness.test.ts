/** What a process asks itself before it says that it takes calls. */
import type { ErrorRecord, LogRecord } from '../../../lambda/guard/audit';
import type { CallContext } from '../../../lambda/guard/exchange';
import { NotServed } from '../../../lambda/guard/server-fault';
import type { GuardedFetch } from '../../../lambda/serve/guarded';
import { readiness } from '../../../lambda/serve/readiness';
import { guarded } from '../../../lambda/serve/serve';
import { CONFIG, type Keys, makeKeys, testGuard } from '../../support/guard';

const records: LogRecord[] = [];
const faults = () => records.map((record) => String((record as ErrorRecord).fault));
const fetching = (answer: (request: Request, call: CallContext) => Promise<Response>): GuardedFetch =>
  Object.assign(answer, { concurrency: 100, bodyBytes: 1_000 });
const asking = fetching(async () => new Response(null, { status: 401 }));
const ready = async () => {};

let keys: Keys;
beforeAll(async () => {
  keys = await makeKeys();
});
beforeEach(() => {
  records.length = 0;
});

test('O1 it takes calls when its own guard asks for a token, which is in no record', async () => {
  const { guard, records: recorded } = testGuard(keys, () => Promise.reject(new Error('unused')));
  const seen: (number | undefined)[] = [];
  const fetch = fetching(async (request, call) => {
    const response = await guard.fetch(request, () => Promise.reject(new Error('unused')), call);
    seen.push(response.status);
    return response;
  });
  expect(await readiness(ready, fetch, (record) => records.push(record))()).toBe(true);
  expect(seen).toEqual([401]);
  expect([...records, ...recorded]).toEqual([]);
});

test('O1 the same request of anybody else is recorded', async () => {
  const { post, records: recorded } = testGuard(keys, () => Promise.reject(new Error('unused')));
  expect((await post({})).status).toBe(401);
  expect(recorded).toMatchObject([{ type: 'audit', server: CONFIG.server, reason: 'token_missing' }]);
});

test.each([200, 403, 500, 503])('O1 it takes none when its guard answers %i', async (status) => {
  const fetch = fetching(async () => new Response(null, { status }));
  expect(await readiness(ready, fetch, (record) => records.push(record))()).toBe(false);
  expect(faults()).toEqual([expect.stringContaining(`the guard answered ${status}`)]);
});

test('O1 it says what is wrong once, again when it changes, and nothing of a server that is not there yet', async () => {
  let fault: Error | undefined = new Error('one');
  const ask = readiness(
    async () => {
      if (fault !== undefined) throw fault;
    },
    asking,
    (record) => records.push(record),
  );
  const asked: boolean[] = [];
  const next: (Error | undefined)[] = [
    fault,
    new Error('two'),
    new NotServed({ reason: 'server_unavailable' }),
    undefined,
    new Error('two'),
  ];
  for (fault of next) asked.push(await ask(), await ask());
  expect(asked).toEqual([false, false, false, false, false, false, true, true, false, false]);
  expect(faults()).toEqual(['Error: one', 'Error: two', 'Error: two']);
});

test('O1 a server is built until that worked once, and by one at a time', async () => {
  let built = 0;
  const server = guarded(async () => {
    built += 1;
    if (built === 1) throw new Error('DATABASE_URL is missing');
    const { McpServer } = await import('@modelcontextprotocol/server');
    return new McpServer({ name: 'notes', version: '1.0.0' });
  });
  const [first, same] = await Promise.allSettled([server.ready(), server.ready()]);
  expect([first.status, same.status, built]).toEqual(['rejected', 'rejected', 1]);
  await server.ready();
  await server.ready();
  expect(built).toBe(2);
});
