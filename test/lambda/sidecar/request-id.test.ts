/** One id from the endpoint's access log to the guard's audit record. */
import { REQUEST_ID_HEADER, SidecarVariable } from '../../../lib/private/contract';
import { type Keys, makeKeys, sign, toolCall, userClaims } from '../../support/guard';
import { startTask, type Task } from '../../support/task';
import { until } from '../../support/until';

jest.setTimeout(30_000);

let keys: Keys;
let token: string;
let written: Task;
let silent: Task;
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
  written = await startTask(keys, { more: { [SidecarVariable.requestIdHeader]: REQUEST_ID_HEADER } });
  silent = await startTask(keys);
});
afterAll(async () => {
  await written.stop();
  await silent.stop();
});

async function auditOf(requestId: string, task = written): Promise<{ requestId: string }> {
  const before = audits(task).length;
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    [REQUEST_ID_HEADER]: requestId,
  };
  await fetch(task.url, { method: 'POST', headers, body: JSON.stringify(toolCall('list_notes', {})) });
  await until(async () => audits(task).length > before);
  return audits(task).at(-1) as { requestId: string };
}

function audits(task: Task): { requestId: string }[] {
  return task.guard
    .output()
    .split('\n')
    .filter((line) => line.includes('"type":"audit"'))
    .map((line) => JSON.parse(line));
}

test.each(['JKJaXmPLvHcESHA=', '2f1b7d0c-9f2e-4a57-a2f6-0e4b8f6a7c11'])(
  'O6 the endpoint’s id %s is that of the audit record',
  async (id) => {
    expect((await auditOf(id)).requestId).toBe(id);
  },
);

test.each(['short', 'a b c d e f g h', 'x'.repeat(65), '{"type":"audit"}'])(
  'O6 %p is no id of an endpoint’s',
  async (id) => {
    expect((await auditOf(id)).requestId).toMatch(/^[0-9a-f-]{36}$/);
  },
);

test('O6 an id is not taken from a client where the endpoint writes none', async () => {
  expect((await auditOf('JKJaXmPLvHcESHA=', silent)).requestId).toMatch(/^[0-9a-f-]{36}$/);
});
