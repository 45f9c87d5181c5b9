import { outOfBounds } from '../../../../lambda/guard/schema/bounds';
import { compileSchema } from '../../../../lambda/guard/schema/compile';
import { patternOf } from '../../../../lambda/guard/schema/pattern';
import { problem, sentence } from '../../../../lambda/guard/schema/problem';

const text = { type: 'string' };

function judge(schema: unknown, value: unknown, unknownProperties = false): string | undefined {
  const found = compileSchema(schema, { unknownProperties })(value);
  return found && sentence(found);
}

const note = { type: 'object', properties: { id: text, tags: { type: 'array', items: text } }, required: ['id'] };

test.each<[string, unknown, unknown]>([
  ['what it names', note, { id: 'a', tags: ['x'] }],
  ['any property where it says so', { ...note, additionalProperties: true }, { id: 'a', other: 1 }],
  ['properties of one kind where it says so', { ...note, additionalProperties: { type: 'number' } }, { id: 'a', n: 1 }],
  ['what one of its branches names', { anyOf: [{ properties: { a: text } }, { properties: { b: text } }] }, { b: 'x' }],
  ['what a reference names', { $ref: '#/$defs/a', $defs: { a: note } }, { id: 'a' }],
  ['what a pattern names', { type: 'object', patternProperties: { '^x-': text } }, { 'x-a': 'b' }],
  ['anything where it says nothing', { type: 'object', properties: { data: {} } }, { data: { deep: { a: 1 } } }],
  [
    'what a condition names',
    { if: { properties: { a: text } }, else: { properties: { b: text } } },
    { a: 'x', b: 'y' },
  ],
  [
    'a tree that refers to itself',
    { type: 'object', properties: { kids: { type: 'array', items: { $ref: '#' } } } },
    { kids: [{ kids: [] }, {}] },
  ],
])('T5 allows %s', (_, schema, value) => {
  expect(judge(schema, value)).toBeUndefined();
});

test.each<[string, unknown, unknown, string]>([
  ['a property nobody named', note, { id: 'a', other: 'x' }, '/other is not a property of the schema'],
  ['one without properties', { type: 'object' }, { a: 1 }, '/a is not a property of the schema'],
  ['one inside', { properties: { note } }, { note: { id: 'a', b: 1 } }, '/note/b is not a property of the schema'],
  [
    'one inside a list',
    { properties: { notes: { type: 'array', items: note } } },
    { notes: [{ id: 'a' }, { id: 'b', c: 1 }] },
    '/notes/1/c is not a property of the schema',
  ],
  [
    'one below a reference',
    { properties: { kid: { $ref: '#/$defs/kid' } }, $defs: { kid: note } },
    { kid: { id: 'a', x: 1 } },
    '/kid/x is not a property of the schema',
  ],
  ['one that is missing', note, {}, '/id is missing'],
  ['one that every object inherits', { required: ['toString'] }, {}, '/toString is missing'],
  [
    'what no branch names, though one of them is closed',
    { anyOf: [{ properties: { a: text }, additionalProperties: false }, { properties: { b: text } }] },
    { b: 'x', c: 1 },
    '/c is not a property of the schema',
  ],
  ['one of another type', note, { id: 1 }, '/id must be a text'],
  ['an element of another type', note, { id: 'a', tags: ['x', 2] }, '/tags/1 must be a text'],
  ['none of its forms', { anyOf: [text, { type: 'null' }] }, 1, 'the object fits none of the forms of its schema'],
  [
    'the form that was meant',
    { anyOf: [{ properties: { a: { properties: { b: text } } } }, { type: 'null' }] },
    { a: { b: 1 } },
    '/a/b must be a text',
  ],
])('T5 refuses %s', (_, schema, value, says) => {
  expect(judge(schema, value)).toBe(says);
});

test('T5 unknown properties pass where the policy lets them', () => {
  expect(judge(note, { id: 'a', other: 'x' }, true)).toBeUndefined();
  expect(judge(note, { other: 'x' }, true)).toBe('/id is missing');
});

test.each([
  ['a reference in a circle', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }],
  ['branches that double', doubling(24)],
  ['a pattern that explodes', { pattern: '^(a+)+$' }],
  ['a pattern that explodes, excluded', { not: { pattern: '^(a+)+$' } }],
  ['many patterns that explode', { allOf: Array.from({ length: 50 }, () => ({ not: { pattern: '^(a|a)*$' } })) }],
])('T5 %s ends, refused', (_, schema) => {
  const before = performance.now();
  expect(judge(schema, `${'a'.repeat(60)}!`)).toContain('takes too long');
  expect(performance.now() - before).toBeLessThan(3_000);
});

/** 2^n ways through. */
function doubling(depth: number): object {
  const twice = (level: number) => ({ allOf: [{ $ref: `#/$defs/d${level}` }, { $ref: `#/$defs/d${level}` }] });
  const levels = Array.from({ length: depth }, (_, level) => [`d${level}`, twice(level + 1)]);
  return { ...twice(0), $defs: { ...Object.fromEntries(levels), [`d${depth}`]: {} } };
}

test.each([
  ['^[a-z0-9]+(?:-[a-z0-9]+)*$', 'a-long-name-with-many-parts'.repeat(20)],
  ['^(?:[^@]+)+@example\\.com$', `${'a'.repeat(500)}@example.com`],
  ['\\s+$', `${' '.repeat(5_000)}`],
  ['^[A-Za-z0-9+/]*={0,2}$', 'a'.repeat(200_000)],
])('T5 %s still matches long texts', (pattern, value) => {
  expect(patternOf(pattern)?.test(value, 1_000)).toBe('matches');
});

test.each(['^(a+)+$', '^(a|aa)+$', '^(a?){60}$', '(.*)*!', '^(?:a{1,40}){1,40}$', '([^])(a+)+$', '(a)\\1+(b+)*c'])(
  'T5 %s cannot hold the process',
  (pattern) => {
    const before = performance.now();
    patternOf(pattern)?.test(`${'a'.repeat(5_000)}!`, 50);
    expect(performance.now() - before).toBeLessThan(1_000);
  },
);

const config = { type: 'object', properties: { bucket: text, region: text } };
const needsBucket = { properties: { config: { required: ['bucket'] } } };
const withConfig = { type: 'object', properties: { kind: text, config } };

test.each<[string, object]>([
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  ['a condition', { ...withConfig, if: { properties: { kind: { const: 's3' } } }, then: needsBucket }],
  ['a branch', { ...withConfig, anyOf: [needsBucket, { required: ['kind'] }] }],
  ['one of two branches', { ...withConfig, oneOf: [needsBucket, { properties: { config: { minProperties: 3 } } }] }],
  ['an exclusion', { ...withConfig, not: { properties: { config: { properties: { bucket: { const: 'x' } } } } } }],
  ['parts', { allOf: [withConfig, { properties: { config: { type: 'object', properties: { region: text } } } }] }],
  ['what another property needs', { ...withConfig, dependentSchemas: { kind: needsBucket } }],
  [
    'split parts',
    {
      allOf: [
        { properties: { config: { properties: { bucket: text } } } },
        { properties: { config: { properties: { region: text } } } },
      ],
    },
  ],
])('T5 %s constrains a nested object and does not close it', (_, schema) => {
  const given = { config: { bucket: 'b', region: 'r' } };
  expect(judge(schema, given)).toBeUndefined();
  expect(judge(schema, { config: { ...given.config, x: 1 } })).toBe('/config/x is not a property of the schema');
});

test.each<[string, object]>([
  ['an object', { type: 'object' }],
  ['one with a bound', { type: 'object', minProperties: 1, propertyNames: { pattern: '^[a-z]+$' } }],
  ['one that may be null', { anyOf: [{ type: 'object' }, { type: 'null' }] }],
  ['a list of types', { type: ['object', 'null'] }],
])('T5 %s that names no property is a map, below the root alone', (_, map) => {
  expect(judge({ properties: { map } }, { map: { a: 1, b: { c: 2 } } })).toBeUndefined();
  expect(judge({ properties: { maps: { type: 'array', items: map } } }, { maps: [{ a: 1 }] })).toBeUndefined();
  expect(judge(map, { a: 1 })).toBe('/a is not a property of the schema');
});

test('T5 an object that names that it has none is closed', () => {
  const none = { type: 'object', properties: {} };
  expect(judge({ properties: { none } }, { none: {} })).toBeUndefined();
  expect(judge({ properties: { none } }, { none: { a: 1 } })).toBe('/none/a is not a property of the schema');
});

test('T5 a branch that says nothing of a nested object lets it be', () => {
  const data = { properties: { a: text } };
  const either = { anyOf: [{ properties: { data } }, { properties: { data: {} } }] };
  expect(judge(either, { data: { b: 1 } })).toBeUndefined();
  expect(judge({ properties: { data }, ...either }, { data: { b: 1 } })).toBe(
    '/data/b is not a property of the schema',
  );
});

test.each<[string, object, unknown, string]>([
  [
    'elements that differ',
    { properties: { pair: { prefixItems: [note, { properties: { a: text } }], items: { properties: { z: text } } } } },
    { pair: [{ id: 'a' }, { a: 'x' }, { z: 'y' }, { a: 'x' }] },
    '/pair/3/a is not a property of the schema',
  ],
  [
    'values of a map',
    { properties: { map: { type: 'object', additionalProperties: note } } },
    { map: { one: { id: 'a' }, two: { id: 'a', x: 1 } } },
    '/map/two/x is not a property of the schema',
  ],
  [
    'values under a pattern',
    { patternProperties: { '^x-': note } },
    { 'x-a': { id: 'a' }, 'x-b': { id: 'a', y: 1 } },
    '/x-b/y is not a property of the schema',
  ],
])('T5 walks %s', (_, schema, value, says) => {
  expect(judge(schema, value)).toBe(says);
});

test.each<[string, object]>([
  ['named by a pattern', { patternProperties: { '^(a+)+$': text } }],
  [
    'excluded by a pattern',
    { additionalProperties: true, not: { patternProperties: { '^(a+)+$': { type: 'null' } } } },
  ],
  ['with a pattern for names', { additionalProperties: true, not: { propertyNames: { pattern: '^(a+)+$' } } }],
  ['left over by a pattern', { allOf: [{ patternProperties: { '^(a+)+$': text } }], unevaluatedProperties: text }],
])('T5 a name that takes too long is refused, %s', (_, schema) => {
  const before = performance.now();
  expect(judge(schema, { [`${'a'.repeat(60)}!`]: 'x', [`${'a'.repeat(61)}!`]: 'x' })).toContain('takes too long');
  expect(performance.now() - before).toBeLessThan(2_000);
});

test('T5 names that all objects share are properties only where the schema names them', () => {
  const teams = { properties: { constructor: text, prototype: { properties: { constructor: text } } } };
  expect(judge(teams, { constructor: 'a', prototype: { constructor: 'b' } })).toBeUndefined();
  for (const unknownProperties of [true, false]) {
    const says = '/map/constructor is not a name that a property may have';
    expect(judge({ properties: { map: { type: 'object' } } }, { map: { constructor: 'a' } }, unknownProperties)).toBe(
      says,
    );
  }
});

const bounds = { arrayLength: 3, stringLength: 5 };

test('T5 arguments within the bounds pass', () => {
  expect(
    outOfBounds(
      { a: [1, 2, 3], b: 'a', c: { d: null }, constructor: 'x', prototype: {} },
      { ...bounds, stringLength: 20 },
    ),
  ).toBeUndefined();
});

test.each<[string, unknown, string]>([
  ['a long text', { a: 'abcdef' }, '/a is longer than 5 characters'],
  ['a long array', { a: [1, 2, 3, 4] }, '/a has more than 3 elements'],
  ['a long text deep inside', { a: [{ b: 'abcdef' }] }, '/a/0/b is longer than 5 characters'],
  ['a long name', { abcdef: 1 }, '/abcdef has a name longer than 5 characters'],
  ['__proto__', JSON.parse('{"__proto__":{"admin":true}}'), '/__proto__ is not a name that a property may have'],
  ['a prototype', { a: { constructor: { prototype: {} } } }, '/a/constructor is not a name that a property may have'],
])('T5 refuses %s', (_, value, says) => {
  const found = outOfBounds(value, bounds);
  expect(found && sentence(found)).toBe(says);
});

test('T5 a sentence names the property in plain characters, cut short', () => {
  const path = ['a\u001b[31m\nb', '/~', 'x'.repeat(100), 3];
  expect(sentence({ ...problem('is missing'), path })).toBe(`/a?[31m?b/~1~0/${'x'.repeat(64)}…/3 is missing`);
  expect([...sentence({ ...problem('is missing'), path: Array(100).fill('y'.repeat(60)) })].length).toBeLessThan(220);
});
