import { runDemonstration } from '../../../local/demo/demonstration';
import type { DemonstrationStack } from '../../../local/demo/stack';
import type { Weakness } from './fake-broker';
import { RULES, type RunningStack, startStack, type Variation } from './fixture';

interface Run {
  readonly ok: boolean;
  readonly text: string;
}

async function demonstrate(variation: Variation = {}, change: Partial<DemonstrationStack> = {}): Promise<Run> {
  const running = await startStack(variation);
  try {
    return await run(running, { ...running.stack, ...change });
  } finally {
    await running.close();
  }
}

async function run(running: RunningStack, stack: DemonstrationStack): Promise<Run> {
  const lines: string[] = [];
  const ok = await runDemonstration(stack, {
    write: (line) => lines.push(line),
    auditLines: () => [...running.auditLines],
  });
  return { ok, text: lines.join('\n') };
}

test('shows discovery, a machine client, step-up, separation of users and the audit log, all in order', async () => {
  const { ok, text } = await demonstrate();
  expect(text).not.toContain('✗');
  expect(ok).toBe(true);
  expect(text).toContain('POST without a token  → 401');
  expect(text).toContain("Machine client 'reporting' (notes:read)");
  expect(text).toContain('lists its tools  → list_notes, search_notes\n');
  expect(text).toContain('403 insufficient_scope, needs notes:read, notes:write');
  expect(text).toContain("User 'ada' (groups: admins)");
  expect(text).toContain('asked for notes:read');
  expect(text).toContain('no second password');
  expect(text).toContain("delete_note does not exist for 'ben'");
  expect(text).toContain("The grant of 'ada' to client 'local-dev'");
  expect(text).toContain('is not made when the user denies it  → access_denied');
  expect(text).toContain('is refreshed: new tokens, the same scopes');
  expect(text).toContain('cannot be refreshed any more  → invalid_grant');
  expect(text).toContain('its access token is refused by the server  → 401');
  expect(text).not.toContain('A client nobody registered');
  expect(text).toMatch(/reporting \(machine\) +reporting +tools\/call add_note +refuse +insufficient_scope/);
  expect(text).toMatch(/ben \(user\) +app +tools\/call delete_note +refuse +group_missing/);
  expect(text).toMatch(/ada \(user\) +app +tools\/call delete_note +allow/);
});

test('fails when anybody who may write may delete', async () => {
  const rules = RULES.map(({ groups: _, ...rule }) => rule);
  const { ok, text } = await demonstrate({ rules });
  expect(ok).toBe(false);
  expect(text).toContain("✗ delete_note does not exist for 'ben', called or listed  → is listed");
});

test('fails when users see the notes of each other', async () => {
  const { ok, text } = await demonstrate({ ownerOf: () => 'everybody' });
  expect(ok).toBe(false);
  expect(text).toContain("✗ list_notes shows nothing of 'ada'");
});

test('fails when a reader may write', async () => {
  const rules = [{ tools: ['list_notes', 'search_notes', 'add_note'], scopes: ['notes:read'] }];
  const { ok, text } = await demonstrate({ rules });
  expect(ok).toBe(false);
  expect(text).toContain('✗ does not see add_note');
  expect(text).toContain('went through without stepping up');
});

test('fails with a wrong machine secret and a wrong password, and goes on with the other parts', async () => {
  // The SDK warns that it asks again with the same credentials.
  const warnings = jest.spyOn(console, 'warn').mockImplementation();
  const running = await startStack();
  const { clientId = '', scopes = [] } = running.stack.machineClients.reporting ?? {};
  const { ok, text } = await run(running, {
    ...running.stack,
    machineClients: { reporting: { clientId, scopes, clientSecret: 'wrong' } },
    users: [{ username: 'ada', password: 'wrong', groups: ['admins'] }],
  });
  await running.close();
  warnings.mockRestore();
  expect(ok).toBe(false);
  expect(text.match(/✗/g)).toHaveLength(3);
  expect(text).toContain('✗ finds the token endpoint');
  expect(text).toContain('Incorrect user name or password.');
  expect(text).toContain('What the audit log says of it');
});

test.each<[Weakness, string]>([
  ['no consent', '✗ consents, then signs in'],
  ['deny approves', '✗ is not made when the user denies it'],
  ['no rotation', '✗ is refreshed: new tokens, the same scopes  → nothing rotates'],
  ['no revocation', '✗ cannot be refreshed any more  → went through'],
])('fails with a broker that has %s', async (weakness, step) => {
  const { ok, text } = await demonstrate({ weakness });
  expect(ok).toBe(false);
  expect(text).toContain(step);
});

test('shows that a client registers itself where that is on', async () => {
  const { ok, text } = await demonstrate({ registration: true });
  expect(ok).toBe(true);
  expect(text).toContain('A client nobody registered');
  expect(text).toMatch(/registers itself, 'ada' consents and signs in {2}→ client id [\w-]{36}\n/);
});

test('signs in with a client that registers itself where none is registered', async () => {
  const { ok, text } = await demonstrate({ registration: true }, { clients: {} });
  expect(text).toContain("signs in to client 'demonstration'");
  expect(ok).toBe(true);
});

test('passes a client by whose secret is not known', async () => {
  const secret = { clientId: 'x', redirectUris: ['http://localhost:1/callback'], confidential: true };
  const { text } = await demonstrate({}, { clients: { secret } });
  expect(text).toContain('no pre-registered client without a secret');
});

test('fails when nothing listens', async () => {
  const running = await startStack();
  await running.close();
  const { ok, text } = await run(running, running.stack);
  expect(ok).toBe(false);
  expect(text).toContain('✗ POST without a token');
});

test('O6 fails when an audit record tells what was written', async () => {
  const running = await startStack();
  const lines: string[] = [];
  const ok = await runDemonstration(running.stack, {
    write: (line) => lines.push(line),
    auditLines: () => [...running.auditLines, '{"type":"audit","args":{"title":"Written in the demonstration"}}'],
  });
  await running.close();
  expect(ok).toBe(false);
  expect(lines.join('\n')).toContain('✗ one record for every decision');
});

test('of another server shows what is listed and calls nothing', async () => {
  const rules = [{ tools: ['my_*'], scopes: ['notes:read'] }];
  const { ok, text } = await demonstrate({ prefix: 'my_', rules });
  expect(ok).toBe(true);
  expect(text).toContain('lists its tools  → my_add_note');
  expect(text).not.toContain('tools/call');
});

test('says what a stack lacks', async () => {
  const { ok, text } = await demonstrate({}, { machineClients: {}, clients: {} });
  expect(text).toContain('no machine client');
  expect(text).toContain('no pre-registered client');
  expect(ok).toBe(true);
});

test('fails when nothing is audited', async () => {
  const running = await startStack();
  const ok = await runDemonstration(
    { ...running.stack, users: [] },
    { write: () => {}, auditLines: () => ['START RequestId: 1'] },
  );
  await running.close();
  expect(ok).toBe(false);
});
