import type { DemoUser, StackFile } from '../../local/stack-file';
import { ENDPOINT, INITIAL_SCOPES, startStack, type TestStack } from '../support/stack';
import { connectMachine, connectUser, KINDS, type UserSession } from './support/sessions';

jest.setTimeout(30_000);

let running: TestStack;
let stack: StackFile;

beforeAll(async () => {
  running = await startStack({ port: 4300 });
  stack = running.stack;
}, 60_000);
afterAll(() => running?.stop());

/** In every group, or in none. */
function person(groups: 'admin' | 'member'): DemoUser {
  const found = stack.users.find((user) => user.groups.includes('admins') === (groups === 'admin'));
  if (found === undefined) throw new Error(`the stack has no ${groups}`);
  return found;
}

function namesOf(listed: { tools: { name: string }[] }): string[] {
  return listed.tools.map(({ name }) => name).sort();
}

const READ = ['list_notes', 'read_note', 'search_notes'];
const WRITE = ['add_note', 'update_note'];

describe.each(KINDS)('SDK %s', (kind) => {
  const protocol = kind === 'v2 modern' ? '2026-07-28' : '2025-11-25';

  test('A13 a machine client finds the token endpoint by itself, and gets the scopes its calls need', async () => {
    const session = await connectMachine(kind, stack, 'importer');
    expect(session.protocol).toBe(protocol);
    const added = await session.call('add_note', { title: `by ${kind}`, text: 'imported' });
    expect(added.structuredContent).toMatchObject({ title: `by ${kind}`, text: 'imported' });
    expect((await session.call('list_notes')).structuredContent.notes).toContainEqual(
      expect.objectContaining({ id: added.structuredContent.id }),
    );
    expect(namesOf(await session.client.listTools())).toEqual([...READ, ...WRITE].sort());
    await session.client.close();
  });

  test('A13 a machine gets no scope beyond its own: T3 no tool that writes is listed, A4 none can be called', async () => {
    const session = await connectMachine(kind, stack, 'reporting');
    expect(namesOf(await session.client.listTools())).toEqual(READ);
    const steppedUp = kind === 'v1' ? '403 after trying upscoping' : '403 insufficient_scope after step-up';
    await expect(session.call('add_note', { title: 'no', text: 'no' })).rejects.toThrow(
      ENDPOINT === 'rest' ? 'insufficient_scope' : steppedUp,
    );
    // Refused, not broken: the session goes on.
    expect((await session.call('list_notes')).isError).not.toBe(true);
    await session.client.close();
  });

  describe('with a user', () => {
    let session: UserSession;
    let id: string;

    beforeAll(async () => {
      session = await connectUser(kind, stack, person('admin'));
    });
    afterAll(() => session?.client.close());

    test('A5 signs in with code and PKCE, asking for the initial scopes alone', () => {
      expect(session.protocol).toBe(protocol);
      expect(session.provider.requested).toEqual([INITIAL_SCOPES.map((name) => `${stack.resource}/${name}`).join(' ')]);
      expect(session.browser.passwordsTyped).toBe(1);
    });

    test('T3 sees what the groups allow and the client could still get scopes for', async () => {
      expect(namesOf(await session.client.listTools())).toEqual([...READ, ...WRITE, 'delete_note'].sort());
    });

    test('A4 goes from read to write in one session, and still reads', async () => {
      expect((await session.call('list_notes')).isError).not.toBe(true);
      const added = await session.call('add_note', { title: `of ada, ${kind}`, text: 'a secret of hers' });
      id = added.structuredContent.id;
      const asked = ENDPOINT === 'rest' ? 1 : 2;
      expect(session.provider.requested).toHaveLength(asked);
      expect(session.provider.requested[asked - 1]?.split(' ').sort()).toEqual(
        ['notes:read', 'notes:write'].map((scope) => `${stack.resource}/${scope}`),
      );
      const { structuredContent } = await session.call('list_notes');
      expect(structuredContent.notes).toContainEqual(expect.objectContaining({ id }));
      expect((await session.call('read_note', { id })).structuredContent.text).toBe('a secret of hers');
      expect(session.provider.requested).toHaveLength(asked);
    });

    test('reads the note as a resource, listed under its template', async () => {
      const { resourceTemplates } = await session.client.listResourceTemplates();
      expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual(['notes://note/{id}']);
      const { resources } = await session.client.listResources();
      expect(resources.map(({ uri }) => uri)).toContain(`notes://note/${id}`);
      const { contents } = await session.client.readResource({ uri: `notes://note/${id}` });
      expect(contents).toEqual([expect.objectContaining({ text: 'a secret of hers' })]);
    });

    test('gets a prompt', async () => {
      const { prompts } = await session.client.listPrompts();
      expect(prompts.map(({ name }) => name)).toEqual(['summarize_notes']);
      const { messages } = await session.client.getPrompt({ name: 'summarize_notes', arguments: { subject: 'tea' } });
      expect(JSON.stringify(messages)).toContain('tea');
    });

    test('T3 what is for another group does not exist for a member: not listed, not callable, not readable', async () => {
      const member = await connectUser(kind, stack, person('member'));
      expect(namesOf(await member.client.listTools())).toEqual([...READ, ...WRITE].sort());
      await expect(member.call('delete_note', { id })).rejects.toThrow('Tool delete_note not found');
      expect((await member.call('read_note', { id })).isError).toBe(true);
      expect((await member.client.readResource({ uri: `notes://note/${id}` })).contents).toEqual([]);
      await member.client.close();
    });

    test('an administrator deletes the note', async () => {
      expect((await session.call('delete_note', { id })).isError).not.toBe(true);
      expect((await session.call('read_note', { id })).isError).toBe(true);
    });
  });
});
