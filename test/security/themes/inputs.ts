/** The guard: arguments that are not what a tool asked for, and tools that ask for what they must not. */
import type { McpFetch } from '../../../lambda/guard/guard';
import { listTools } from '../../../lambda/guard/tools/tool-list';
import { messagesFrom, RESOURCE, sign, testGuard, toolCall, userClaims } from '../../support/guard';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

const text = { type: 'string' };
const TOOLS = [
  {
    name: 'list_notes',
    inputSchema: { type: 'object', properties: { id: text, limit: { type: 'integer', maximum: 100 } } },
  },
  { name: 'read_any', inputSchema: { type: 'object', additionalProperties: true } },
  { name: 'read_slug', inputSchema: { type: 'object', properties: { slug: { ...text, pattern: '^(a+)+$' } } } },
  { name: 'read_login', inputSchema: { type: 'object', properties: { user: text, password: text } } },
  { name: 'read_hidden', inputSchema: { type: 'object', properties: { a: { properties: { apiKey: text } } } } },
];

async function attack(world: World, body: unknown) {
  const reached: unknown[] = [];
  const server: McpFetch = async (_request, { body }) => {
    const [message] = body.messages;
    if (message?.method !== 'tools/list') reached.push(message);
    const result = message?.method === 'tools/list' ? { tools: TOOLS } : { content: [] };
    return Response.json({ jsonrpc: '2.0', id: message?.id, result });
  };
  const guarded = testGuard(world.keys, server, { listTools: listTools(server, RESOURCE) });
  const response = await guarded.post(body, { token: await sign(world.keys, userClaims()) });
  const [message] = await messagesFrom(response);
  return { message, reached, records: guarded.records };
}

const MARK = 'hunter2';

const WRONG: readonly (readonly [string, string, object, string])[] = [
  ['a property that no schema names', 'list_notes', { id: 'a', admin: MARK }, '/admin'],
  ['a value of another type', 'list_notes', { limit: MARK }, '/limit'],
  ['a number beyond its bound', 'list_notes', { limit: 1e9 }, '/limit'],
  ['an object where a text belongs', 'list_notes', { id: { $ne: MARK } }, '/id'],
  ['__proto__', 'read_any', JSON.parse(`{"__proto__":{"admin":"${MARK}"}}`), '/__proto__'],
  ['constructor.prototype', 'read_any', { constructor: { prototype: { admin: MARK } } }, '/constructor'],
  ['__proto__ deep inside', 'read_any', JSON.parse(`{"a":[{"__proto__":"${MARK}"}]}`), '/a/0/__proto__'],
  ['a list of a hundred thousand', 'read_any', { list: Array(100_000).fill(0) }, '/list'],
  ['a text of half a megabyte', 'read_any', { text: MARK.repeat(75_000) }, '/text'],
  ['a text that makes a pattern explode', 'read_slug', { slug: `${'a'.repeat(50)}!` }, '/slug'],
  ['a name that writes into a terminal', 'list_notes', { '\u001b[2J\nforged': MARK }, '/?[2J?forged'],
];

export const inputs: Theme = {
  name: 'guard: inputs',
  attacks: [
    ...WRONG.map(
      ([what, tool, given, property]): Attack => ({
        attack: `arguments with ${what}`,
        expectation: '-32602 that names the property, never the value; the tool does not run',
        run: async (world) => {
          const { message, reached, records } = await attack(world, toolCall(tool, given));
          const says = String(message?.error?.message);
          return firstOf(
            unless(reached.length === 0, 'the tool ran'),
            unless(message?.error?.code === -32602 && says.includes(property), says),
            unless(!JSON.stringify([message, records]).includes(MARK), 'the value was told'),
          );
        },
      }),
    ),
    {
      attack: 'a call of what a schema names',
      expectation: 'the tool runs',
      run: async (world) => {
        const { message, reached } = await attack(world, toolCall('list_notes', { id: 'a', limit: 5 }));
        return unless(reached.length === 1 && message?.result !== undefined, JSON.stringify(message));
      },
    },
    ...['read_login', 'read_hidden'].map(
      (tool): Attack => ({
        attack: `${tool}, a tool that asks for a credential`,
        expectation: 'not listed, called as one that is not there',
        run: async (world) => {
          const listed = await attack(world, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
          const called = await attack(world, toolCall(tool, { password: MARK }));
          const unknown = await attack(world, toolCall('drop_table', {}));
          const same = JSON.stringify(called.message).replace(tool, 'drop_table') === JSON.stringify(unknown.message);
          return firstOf(
            unless(!JSON.stringify(listed.message).includes(tool), 'it is listed'),
            unless(same && called.reached.length === 0, 'it can be told from one that is not there'),
          );
        },
      }),
    ),
    {
      attack: 'a tool that a rule allows and the server does not list',
      expectation: 'unknown, the server not reached',
      run: async (world) => {
        const { message, reached } = await attack(world, toolCall('read_secretly', { a: 1 }));
        return unless(reached.length === 0 && message?.error?.code === -32602, JSON.stringify(message));
      },
    },
  ],
};
