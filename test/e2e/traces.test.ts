/** One trace through the synthesised stack: client, gateway, guard, tool, and the table that the tool asks. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadSpan } from '../../local/traces/otlp';
import { traceLines } from '../../local/traces/trace-lines';
import { named } from '../support/traced';
import { type StackHere, startHere } from './support/in-process';
import { connectMachine, KINDS } from './support/sessions';

jest.setTimeout(30_000);

let running: StackHere;
beforeAll(async () => {
  running = await startHere({ port: 5160, app: 'npx tsx bin/app.ts' });
}, 60_000);
afterAll(() => running?.stop());

async function spansOf(traceId: string): Promise<ReadSpan[]> {
  const file = join(running.stack.logs, 'spans.jsonl');
  for (const until = Date.now() + 5_000; Date.now() < until; await new Promise((done) => setTimeout(done, 20))) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const spans = lines.map((line) => JSON.parse(line) as ReadSpan).filter((span) => span.traceId === traceId);
    if (spans.some(({ kind }) => kind === 'server')) return spans;
  }
  throw new Error(`no span of trace ${traceId} came`);
}

test.each(KINDS.map((kind, index) => [kind, index] as const))(
  'T10 a call of a %s client is one trace',
  async (kind, index) => {
    const traceId = `4bf92f35${String(index).repeat(24)}`.replace(/0{24}$/, '9'.repeat(24));
    const meta = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    const [machine = ''] = Object.keys(running.stack.machineClients);
    const session = await connectMachine(kind, running.stack, machine);
    await session.client.callTool({ name: 'list_notes', arguments: {}, _meta: meta } as never);
    await session.client.close();
    const spans = await spansOf(traceId);
    const call = named(spans, 'tools/call list_notes');
    const server = named(spans, 'server');
    const query = named(spans, 'DynamoDB.Query');
    expect(call).toMatchObject({ kind: 'server', parentId: '00f067aa0ba902b7', failed: false });
    expect(call.links).toHaveLength(1);
    expect(call.attributes['cdk_mcp.client']).toBe(running.stack.machineClients[machine]?.clientId);
    expect(server.parentId).toBe(call.spanId);
    expect(query).toMatchObject({ kind: 'client', parentId: server.spanId, failed: false });
    expect(query.attributes).toMatchObject({ 'rpc.system': 'aws-api', 'http.response.status_code': 200 });
    expect(traceLines(spans)[0]).toContain(`tools/call list_notes  (1-4bf92f35-`);
    const audits = readFileSync(running.stack.auditLog, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const [audit] = audits.filter((record) => record.traceId === `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`);
    expect(audit).toMatchObject({ method: 'tools/call', name: 'list_notes', outcome: 'ok' });
  },
);

test('T10 without a word of the client the gateway’s id is that of spans and audit', async () => {
  const [machine = ''] = Object.keys(running.stack.machineClients);
  const session = await connectMachine('v2 modern', running.stack, machine);
  await session.client.listTools();
  await session.client.close();
  const audits = readFileSync(running.stack.auditLog, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const audit = audits.findLast((record) => record.method === 'tools/list');
  const spans = await spansOf(String(audit.traceId).replace(/^1-|-/g, ''));
  expect(named(spans, 'tools/list')).toMatchObject({ kind: 'server', links: [] });
});
