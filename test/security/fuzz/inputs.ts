/** Inputs that several targets take: names that collide, addresses that climb, messages that nearly are some. */
import fc from 'fast-check';

/** From so few letters that names and patterns meet often. */
export const name = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 4 });

export const pattern = fc.tuple(name, fc.constantFrom('', '*')).map(([text, star]) => text + star);

const piece = fc.constantFrom(
  'a',
  'b',
  '.',
  '..',
  '%2e',
  '%2E',
  '%2f',
  '%5C',
  '\\',
  '/',
  '//',
  '?',
  '#',
  ';',
  '\t',
  '\n',
  ' ',
  '\0',
  '%',
  '%252e',
  'ä',
  '\ud800',
  ':',
  '@',
  '*',
);

export const PREFIXES = ['notes://note/', 'https://files.example/public/', 'file:///srv/open/'];

/** Addresses at a prefix, with all that parsers take for a way up. */
export const uri = fc
  .tuple(fc.constantFrom(...PREFIXES, 'notes://note', 'notes://'), fc.array(piece, { maxLength: 8 }))
  .map(([prefix, pieces]) => prefix + pieces.join(''));

const method = fc.constantFrom(
  'tools/call',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'completion/complete',
  'subscriptions/listen',
  'tools/list',
  'ping',
  'initialize',
  'tools/delete',
  'notifications/x',
  '',
);
const anyName = fc.oneof(name, uri, fc.string(), fc.jsonValue({ maxDepth: 1 }));
const params = fc.oneof(
  fc.record({ name: anyName, uri: anyName, arguments: fc.jsonValue({ maxDepth: 3 }) }, { requiredKeys: [] }),
  fc.record({ ref: fc.record({ type: fc.constantFrom('ref/prompt', 'ref/resource'), name: anyName, uri: anyName }) }),
  fc.record({ notifications: fc.record({ resourceSubscriptions: fc.array(uri, { maxLength: 3 }) }) }),
  fc.jsonValue({ maxDepth: 2 }),
);
const id = fc.oneof(
  fc.integer(),
  fc.string(),
  fc.double(),
  fc.constantFrom(null, true, -0, 2 ** 53, 1.5, {}, [], 'x'.repeat(257)),
);

/** A value that is a JSON-RPC message more often than not. */
export const message = fc.record(
  {
    jsonrpc: fc.oneof(
      { weight: 9, arbitrary: fc.constant('2.0') },
      { weight: 1, arbitrary: fc.constantFrom('1.0', 2, null) },
    ),
    id,
    method: fc.oneof({ weight: 9, arbitrary: method }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 1 }) }),
    params,
    result: fc.jsonValue({ maxDepth: 1 }),
    error: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: ['jsonrpc'] },
);

const value = fc.oneof(
  { weight: 5, arbitrary: message },
  { weight: 2, arbitrary: fc.array(message, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.jsonValue() },
);

/** Texts that are JSON, nearly are, or are not. */
export const bodyText = fc.oneof(
  { weight: 6, arbitrary: value.map((each) => JSON.stringify(each)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        value,
        fc.nat(),
        fc.nat(3),
        fc.string({
          unit: fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '\\', '\ufeff', '1e400', '"__proto__":', '\0', 'a'),
        }),
      )
      .map(([each, at, cut, put]) => {
        const text = JSON.stringify(each);
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + cut);
      }),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.nat(200).map((depth) => '['.repeat(depth) + ']'.repeat(depth)) },
);
