/** The guard before a real server: bodies that two readers could read as two things. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { toolCall } from '../../support/guard';
import { startServed } from '../../support/served';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';

type Bytes = string | Uint8Array;
type Row = readonly [what: string, body: Bytes, headers?: Record<string, string>];

/** Nothing runs, and the answer is one of these. */
function refused(statuses: readonly number[]) {
  return ([what, body, headers]: Row): Attack => ({
    attack: what,
    expectation: `${statuses.join(' or ')}, nothing reached`,
    run: async ({ keys }) => {
      const served = await startServed(keys);
      const { status } = await served.send(body, headers);
      return firstOf(
        unless(served.reached.length === 0, `reached ${served.reached[0]?.name}`),
        unless(statuses.includes(status), `answered ${status}`),
      );
    },
  });
}

/** Whatever is answered, nothing runs but what a caller of this token may run. */
function judged([what, body, headers]: Row): Attack {
  return {
    attack: what,
    expectation: 'what was judged is what runs; no failure of the server',
    run: async ({ keys }) => {
      const served = await startServed(keys);
      const { status } = await served.send(body, headers);
      const foreign = served.reached.find(({ name }) => !['list_notes', 'read_note', 'read_other'].includes(name));
      return firstOf(
        unless(foreign === undefined, `reached ${foreign?.name}`),
        unless(status < 500, `answered ${status}`),
        unless(({} as Record<string, unknown>).polluted === undefined, 'every object has a new property'),
      );
    },
  };
}

const CALL = JSON.stringify(toolCall('list_notes'));
const call = (params: string) => `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params}}`;
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));
const utf16 = Buffer.from(`\ufeff${CALL}`, 'utf16le');

const NOT_JSON: readonly Row[] = [
  ['nothing', ''],
  ['white space', ' \n\t'],
  ['something behind it', `${CALL}x`],
  ['a second body behind it', CALL + CALL],
  ['a body to a line', `${CALL}\n${CALL}`],
  ['something before it', `x${CALL}`],
  ["a guard against hijacking before it: )]}'", `)]}'\n${CALL}`],
  ['a comment', `/* list_notes */${CALL}`],
  ['a comment at the end', `${CALL}// drop_table`],
  ['single quotes', CALL.replaceAll('"', "'")],
  ['a comma too many', CALL.replace('}}', '},}')],
  ['names without quotes', CALL.replace('"method"', 'method')],
  ['NaN', call('{"name":"list_notes","arguments":{"a":NaN}}')],
  ['Infinity', call('{"name":"list_notes","arguments":{"a":Infinity}}')],
  ['a number in hexadecimal', call('{"name":"list_notes","arguments":{"a":0x10}}')],
  ['a number that begins with zero', call('{"name":"list_notes","arguments":{"a":010}}')],
  ['a number with a plus', call('{"name":"list_notes","arguments":{"a":+1}}')],
  ['a number that ends in a point', call('{"name":"list_notes","arguments":{"a":1.}}')],
  ['a line break in a text', call('{"name":"list_\nnotes"}')],
  ['an escape that is none', call('{"name":"list\\xnotes"}')],
  ['half an escape', call('{"name":"list\\u12"}')],
  ['a space that JSON does not know', `\u00a0${CALL}`],
  ['a vertical tab', `\v${CALL}`],
  ['a zero byte at the end', `${CALL}\0`],
  ['UTF-16, little end first', utf16],
  ['UTF-16, big end first', Buffer.from(utf16).swap16()],
  ['UTF-16 as the content type says', utf16, { 'content-type': 'application/json; charset=utf-16' }],
  ['UTF-32', Buffer.from([...CALL].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0]))],
  ['base64', Buffer.from(CALL).toString('base64')],
  ['a form', `body=${encodeURIComponent(CALL)}`],
  ['XML', '<methodCall><methodName>tools/call</methodName></methodCall>'],
  ['gzip that does not say so', gzipSync(CALL)],
  ['ten million brackets in gzip that does not say so', gzipSync('['.repeat(1_000_000))],
];

const NOT_RPC: readonly Row[] = [
  ...['null', 'true', '1', '"tools/call"', '[]', '[[]]', '[null]', '[1]', '{}', '[{}]'].map(
    (text): Row => [`the body ${text}`, text],
  ),
  ['a batch in a batch', `[[${CALL}]]`],
  ['a batch with a batch beside a call', `[${CALL},[${CALL}]]`],
  ['a message by way of __proto__', `{"__proto__":${CALL}}`],
  ['a method by way of __proto__', '{"jsonrpc":"2.0","id":1,"__proto__":{"method":"tools/call"}}'],
  ['a version by way of __proto__', CALL.replace('"jsonrpc":"2.0"', '"__proto__":{"jsonrpc":"2.0"}')],
  ['version 1.0', CALL.replace('2.0', '1.0')],
  ['version 2', CALL.replace('"2.0"', '2')],
  ['no version', CALL.replace('"jsonrpc":"2.0",', '')],
  ['keys in another case', CALL.replace('"method"', '"Method"')],
  ['a method that is a list', CALL.replace('"tools/call"', '["tools/call"]')],
  ['a method that is a number', CALL.replace('"tools/call"', '1')],
  ['parameters in a list', call('["list_notes"]')],
  ['parameters that are null', call('null')],
  ['parameters that are a text', call('"list_notes"')],
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '[1]',
    '1.5',
    '1e400',
    '-1e400',
    '9007199254740993',
    '1e300',
    `"${'x'.repeat(257)}"`,
  ].map((id): Row => [`the id ${id.slice(0, 20)}`, CALL.replace('"id":1', `"id":${id}`)]),
  [
    '5,000 messages in a batch',
    `[${Array.from({ length: 5_000 }, (_, id) => JSON.stringify(toolCall('list_notes', {}, id))).join()}]`,
  ],
  [
    '21 messages in a batch',
    `[${Array.from({ length: 21 }, (_, id) => JSON.stringify(toolCall('list_notes', {}, id))).join()}]`,
  ],
  ['the ids 0 and -0 in a batch', `[${[0, '-0'].map((id) => CALL.replace('"id":1', `"id":${id}`)).join()}]`],
  ['200,000 brackets', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['100,000 objects, one in another', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['65 brackets in an argument', call(`{"name":"list_notes","arguments":{"a":${'['.repeat(65)}${']'.repeat(65)}}}`)],
];

const COMPRESSED: readonly Row[] = [
  ['gzip', gzipSync(CALL), { 'content-encoding': 'gzip' }],
  ['gzip of zeros without end', gzipSync(Buffer.alloc(20_000_000)), { 'content-encoding': 'gzip' }],
  ['deflate', deflateSync(CALL), { 'content-encoding': 'deflate' }],
  ['brotli', brotliCompressSync(CALL), { 'content-encoding': 'br' }],
  ['an encoding nobody knows', CALL, { 'content-encoding': 'x' }],
  ['an empty encoding', CALL, { 'content-encoding': '' }],
  ['two encodings', gzipSync(gzipSync(CALL)), { 'content-encoding': 'gzip, gzip' }],
  ['no encoding, said aloud', CALL, { 'content-encoding': 'identity' }],
];

const TWICE: readonly Row[] = [
  ['the method twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"drop_table"}}'],
  [
    'the method twice, the other way round',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"drop_table"}}',
  ],
  ['the name twice', call('{"name":"list_notes","name":"drop_table"}')],
  ['the name twice, the other way round', call('{"name":"drop_table","name":"list_notes"}')],
  ['the name twice, once in escapes', call('{"name":"list_notes","n\\u0061me":"drop_table"}')],
  ['the name twice, once in capitals', call('{"name":"list_notes","Name":"drop_table","NAME":"drop_table"}')],
  ['the name twice, once with a zero byte', call('{"name":"list_notes","name\\u0000":"drop_table"}')],
  ['the name twice, once by way of __proto__', call('{"name":"list_notes","__proto__":{"name":"drop_table"}}')],
  ['a name by way of __proto__ alone', call('{"__proto__":{"name":"list_notes"}}')],
  [
    'parameters twice',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_notes"},"params":{"name":"drop_table"}}',
  ],
  ['the id twice', CALL.replace('"id":1', '"id":1,"id":2')],
  [
    'a message that is also an answer',
    CALL.replace('"id":1', '"id":1,"result":{}').replace('list_notes', 'drop_table'),
  ],
  ['a message that is also an error', CALL.replace('"id":1', '"id":1,"error":{}').replace('list_notes', 'drop_table')],
];

const ODD: readonly Row[] = [
  ['a byte order mark', `\ufeff${CALL}`],
  ['two byte order marks', `\ufeff\ufeff${CALL}`],
  [
    'a name with an overlong letter',
    bytes('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"', [0xc1, 0xa4], 'rop_table"}}'),
  ],
  [
    'a name with bytes that are no letters',
    bytes('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_notes', [0xff, 0xfe], '"}}'),
  ],
  ['a name with half a letter', call('{"name":"list_notes\\ud800"}')],
  ['an argument with half a letter', call('{"name":"list_notes","arguments":{"a":"\\ud800"}}')],
  ['an id with half a letter', CALL.replace('"id":1', '"id":"\\udc00"')],
  ['an argument beyond numbers', call('{"name":"list_notes","arguments":{"a":1e400,"b":-1e400,"c":1e-400}}')],
  ['a number of 100,000 digits', call(`{"name":"list_notes","arguments":{"a":${'9'.repeat(100_000)}}}`)],
  ['the id -0', CALL.replace('"id":1', '"id":-0')],
  ['an empty id', CALL.replace('"id":1', '"id":""')],
  [
    'arguments that change every object',
    call('{"name":"list_notes","arguments":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}'),
  ],
  [
    'meta data that changes every object',
    call('{"name":"list_notes","_meta":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}'),
  ],
  [
    '100,000 arguments',
    call(`{"name":"list_notes","arguments":{${Array.from({ length: 60_000 }, (_, n) => `"a${n}":1`).join()}}}`),
  ],
  ['arguments that are a list', call('{"name":"list_notes","arguments":[1]}')],
  ['arguments that are null', call('{"name":"list_notes","arguments":null}')],
  ...[
    '"toString"',
    '"__proto__"',
    '"constructor"',
    '"hasOwnProperty"',
    '["drop_table"]',
    '{"toString":"drop_table"}',
    '0',
    'null',
    'true',
  ].map((name): Row => [`the name ${name}`, call(`{"name":${name}}`)]),
];

export const jsonBodies: Theme = {
  name: 'guard: bodies',
  attacks: [
    {
      attack: 'none: an honest call',
      expectation: 'the tool runs with its arguments',
      run: async ({ keys }) => {
        const served = await startServed(keys);
        const { status } = await served.send(JSON.stringify(toolCall('list_notes', { a: 'ä\u2028', b: [1.5, null] })));
        const [first] = served.reached;
        const given = JSON.stringify(first?.given);
        return unless(
          status === 200 && given === '{"a":"ä\u2028","b":[1.5,null]}',
          `answered ${status}, given ${given}`,
        );
      },
    },
    ...NOT_JSON.map(([what, ...rest]) => refused([400])([`a body that is no JSON: ${what}`, ...rest])),
    ...NOT_RPC.map(([what, ...rest]) => refused([400])([`a body that is no message: ${what}`, ...rest])),
    ...COMPRESSED.map(([what, ...rest]) => refused([415, 413])([`a compressed body: ${what}`, ...rest])),
    ...TWICE.map(([what, ...rest]) => judged([`said twice: ${what}`, ...rest])),
    ...ODD.map(([what, ...rest]) => judged([`an odd body: ${what}`, ...rest])),
  ],
};
