import { REFUSED_BEFORE_GUARD } from '../../../lib/observability/endpoint-refusals';
import { filterPattern } from '../../../local/observability/filter-pattern';

test.each([
  ['{ $.a = "x" }', { a: 'x' }, true],
  ['{ $.a = "x" }', { a: 'xy' }, false],
  ['{ $.a = "x" }', {}, false],
  ['{ $.a != "x" }', {}, false],
  ['{ $.a = "*over*" }', { a: 'it is over now' }, true],
  ['{ $.a != "*over*" }', { a: 'it is over now' }, false],
  ['{ $.a = "1" || $.b = "1" && $.c = "1" }', { a: '1' }, true],
  ['{ ($.a = "1" || $.b = "1") && $.c = "1" }', { a: '1' }, false],
  ['{ ($.a = "1" || $.b = "1") && $.c = "1" }', { b: '1', c: 1 }, true],
])('O5 %s of %j: %s', (pattern, fields, matches) => {
  expect(filterPattern(pattern)(fields)).toBe(matches);
});

test.each(['$.a = "x"', '{ $.a > 1 }', '{ ($.a = "x" }', '{ $.a = "x" $.b = "y" }', '{ && }'])(
  'refuses %s, which it does not know',
  (pattern) => {
    expect(() => filterPattern(pattern)).toThrow(/not known here|stands where|not closed/);
  },
);

const line = {
  status: '401',
  route: 'POST /mcp',
  integrationStatus: '-',
  authorizerError: 'the token does not have a valid audience',
};

describe('refusals before the guard', () => {
  const counts = filterPattern(REFUSED_BEFORE_GUARD);

  test.each([
    ['a forged token', {}, true],
    ['no token', { authorizerError: '-' }, true],
    ['a token without a scope of this server', { status: '403', authorizerError: 'insufficient_scope' }, true],
    ['what AWS WAF blocks', { status: '403', authorizerError: '-' }, true],
    ['a wrong client secret', { route: 'POST /oauth2/token', integrationStatus: '200', authorizerError: '-' }, true],
    ['a token that was valid once', { authorizerError: 'the token has expired' }, false],
    ['what the guard refused in a function', { integrationStatus: '200', authorizerError: '-' }, false],
    ['what the guard refused in a service', { integrationStatus: '403', status: '403', authorizerError: '-' }, false],
    ['an answer', { status: '200', integrationStatus: '200', authorizerError: '-' }, false],
    ['an unknown path', { status: '404', authorizerError: '-' }, false],
  ])('O5 %s: %#', (_what, fields, counted) => {
    expect(counts({ ...line, ...fields })).toBe(counted);
  });
});
