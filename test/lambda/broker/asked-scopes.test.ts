import { askedScopes } from '../../../lambda/broker/asked-scopes';

test.each([
  [undefined, []],
  ['', []],
  ['a b', ['a', 'b']],
  [' a  b ', ['a', 'b']],
])('the scopes of %j are %j', (parameter, scopes) => {
  expect(askedScopes(parameter)).toEqual(scopes);
});

test.each(['""', ' "" ', 'a ""'])('A4 the quotes of an empty challenge are no scope: %s', (parameter) => {
  expect(askedScopes(parameter)).not.toContain('""');
});

test.each(['"', '"a"', '"" ""a'])(
  'A4 anything else that looks like it stays a scope that nobody declared: %s',
  (parameter) => {
    expect(askedScopes(parameter)).not.toEqual([]);
  },
);
