/** The guard: what tries to leave in a result. */
import type { McpFetch } from '../../../lambda/guard/guard';
import { sign, testGuard, toolCall, userClaims } from '../../support/guard';
import { type Attack, type Theme, unless } from '../attack-row';
import { FORMATS } from '../secrets/formats';
import { seeded } from '../secrets/random';
import type { World } from '../world';

const random = seeded(3);
const KEY = `AKIA${'IOSFODNN7EXAMPLE'}`;

async function answered(world: World, ...messages: readonly object[]): Promise<string> {
  const streams = messages.length > 1;
  const server: McpFetch = async () =>
    streams
      ? new Response(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(''), {
          headers: { 'content-type': 'text/event-stream' },
        })
      : Response.json(messages[0]);
  const token = await sign(world.keys, userClaims());
  return (await testGuard(world.keys, server).post(toolCall('list_notes'), { token })).text();
}

const result = (value: object) => ({ jsonrpc: '2.0', id: 1, result: value });
const texts = (...list: string[]) => result({ content: list.map((text) => ({ type: 'text', text })) });
const progress = (message: string) => ({
  jsonrpc: '2.0',
  method: 'notifications/progress',
  params: { progressToken: 1, progress: 1, message },
});

/** Ways to get one key past a filter that looks at texts. */
const DISGUISES: readonly (readonly [string, () => object[]])[] = [
  ['cut over two texts', () => [texts(KEY.slice(0, 9), KEY.slice(9))]],
  ['as the name of a property', () => [result({ content: [], structuredContent: { [KEY]: 1 } })]],
  ['in escapes within a text', () => [texts(KEY.replace('A', '\\u0041'))]],
  ['in JSON within JSON', () => [texts(JSON.stringify({ inner: JSON.stringify({ value: KEY }) }))]],
  ['in a blob of text', () => [blob('text/plain', KEY)]],
  ['in a picture that is text', () => [drawing(KEY)]],
  ['in a progress notification', () => [progress(KEY), texts('done')]],
  ['in a log notification', () => [log({ inner: [KEY] }), texts('done')]],
  ['in a question the server asks', () => [question(KEY), texts('done')]],
];

const blob = (mimeType: string, text: string) =>
  result({
    content: [
      { type: 'resource', resource: { uri: 'notes://n', mimeType, blob: Buffer.from(text).toString('base64') } },
    ],
  });
const drawing = (text: string) =>
  result({
    content: [{ type: 'image', mimeType: 'image/svg+xml', data: Buffer.from(`<svg>${text}</svg>`).toString('base64') }],
  });
const log = (data: unknown) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data } });
const question = (message: string) => ({ jsonrpc: '2.0', id: 9, method: 'elicitation/create', params: { message } });

/** Whether the key, or the better part of it, is in an answer, base64 included. */
function holds(text: string, secret: string): boolean {
  const decoded = [...text.matchAll(/"(?:blob|data)":"([^"]+)"/g)].map(([, data]) => Buffer.from(data ?? '', 'base64'));
  return [text, ...decoded.map(String)].some((one) => one.includes(secret.slice(4, 14)));
}

export const guardOutputs: Theme = {
  name: 'guard: outputs',
  attacks: [
    ...FORMATS.map(({ name, make }, index): Attack => {
      const secret = make(random);
      return {
        attack: `a result with a secret of class ${name} (${index})`,
        expectation: 'redacted',
        run: async (world) => {
          const body = secret.includes('\n') ? (secret.split('\n')[1] ?? '') : secret;
          const text = await answered(world, texts(`it is ${secret}`));
          return unless(!text.includes(body.slice(-12)) && text.includes('[redacted'), 'it left');
        },
      };
    }),
    ...DISGUISES.map(
      ([how, messages]): Attack => ({
        attack: `a key that leaves ${how}`,
        expectation: 'redacted',
        run: async (world) => unless(!holds(await answered(world, ...messages()), KEY), 'it left'),
      }),
    ),
    {
      attack: 'a key that leaves in two progress notifications',
      expectation: 'its end does not follow its start',
      run: async (world) => {
        const text = await answered(world, progress(KEY.slice(0, 9)), progress(KEY.slice(9)), texts('done'));
        return unless(!text.includes(KEY.slice(9)), 'it left');
      },
    },
    {
      attack: 'a link that runs code, spelled with a control character',
      expectation: 'removed',
      run: async (world) => {
        const link = { type: 'resource_link', name: 'x', uri: '\u0001java\nscript:alert(1)' };
        return unless(!(await answered(world, result({ content: [link] }))).includes('script:'), 'it left');
      },
    },
    {
      attack: 'a password by its name, and a token of a page beside it',
      expectation: 'the password goes, the token stays',
      run: async (world) => {
        const structuredContent = { password: 'hunter2', nextPageToken: 'c2f5ee1e9a0b4c6d8e7f' };
        const text = await answered(world, result({ content: [], structuredContent }));
        return unless(!text.includes('hunter2') && text.includes('c2f5ee1e9a0b4c6d8e7f'), text);
      },
    },
  ],
};
