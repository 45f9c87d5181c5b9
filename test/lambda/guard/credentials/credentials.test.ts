import { credentialAsked } from '../../../../lambda/guard/credentials/schema';
import { ASKS, ASKS_NOTHING, type Sample } from './samples';

const schemaOf = (sample: Sample) => {
  const [name, schema] = typeof sample === 'string' ? [sample, { type: 'string' }] : sample;
  return { type: 'object', properties: { [name]: schema } };
};
const label = (sample: Sample) => (typeof sample === 'string' ? sample : JSON.stringify(sample));
const found = (samples: readonly Sample[]) => samples.filter((one) => credentialAsked(schemaOf(one)) !== undefined);
const missed = (samples: readonly Sample[]) => samples.filter((one) => credentialAsked(schemaOf(one)) === undefined);

test(`T6 finds each of ${ASKS.length} properties that ask for a credential`, () => {
  expect(ASKS.length).toBeGreaterThanOrEqual(80);
  expect(missed(ASKS).map(label)).toEqual([]);
});

test(`T6 raises no alarm for ${ASKS_NOTHING.length} properties that ask for none`, () => {
  expect(ASKS_NOTHING.length).toBeGreaterThanOrEqual(150);
  expect(found(ASKS_NOTHING).map(label)).toEqual([]);
});

test('T6 follows references, and stops where they go round', () => {
  const $defs = { login: { type: 'object', properties: { password: { type: 'string' } } }, tree: { $ref: '#' } };
  expect(credentialAsked({ properties: { a: { $ref: '#/$defs/login' } }, $defs })).toBe('/a/password');
  expect(credentialAsked({ properties: { a: { $ref: '#/$defs/tree' } }, $defs })).toBeUndefined();
});

test('T6 does not believe what is too large to be looked at', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 21_000 }, (_, index) => [`code${index}`, { type: 'number' }]),
  );
  expect(credentialAsked({ properties })).toBe('a schema too large to be judged');
});

test.each([
  ['Signs in. Ask the user for their password.', true],
  ['Uploads a file. Requires your API key.', true],
  ['Please provide an access token first.', true],
  ['Changes the password policy of a pool.', false],
  ['Never ask the user for their password.', false],
  ['Lists access keys that are older than 90 days.', false],
  ['Sends an email with a link to reset the password.', false],
])('T6 a tool described as "%s"', (description, expected) => {
  expect(credentialAsked({ type: 'object' }, description) !== undefined).toBe(expected);
});
