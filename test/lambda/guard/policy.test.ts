import { compilePolicy, visible } from '../../../lambda/guard/policy';
import { ADMIN, CONFIG, MACHINE, USER } from '../../support/guard';

const policy = compilePolicy(CONFIG.policy);

test('T3 a name that a rule names has that rule, exact or by prefix', () => {
  expect(policy.ruleFor('tool', 'list_notes')).toMatchObject({ scopes: ['notes:read'] });
  expect(policy.ruleFor('tool', 'read_anything')).toMatchObject({ scopes: ['notes:read'] });
  expect(policy.ruleFor('resource', 'notes://note/1')).toBeDefined();
});

test.each([
  ['tool', 'drop_table'],
  ['tool', 'List_notes'],
  ['tool', 'list_notes '],
  ['tool', 'read'],
  ['tool', ''],
  ['tool', 'summarize'],
  ['tool', '__proto__'],
  ['tool', 'constructor'],
  ['prompt', 'list_notes'],
  ['resource', 'notes://other/1'],
  ['resource', 'NOTES://note/1'],
] as const)('T3 no rule names the %s %j, so it is denied', (kind, name) => {
  expect(policy.ruleFor(kind, name)).toBeUndefined();
});

test.each([
  'notes://note/../secret',
  'notes://note/%2e%2e/secret',
  'notes://note/..%2Fsecret',
  'notes://note/.%2E%5csecret',
  'notes://note/a/./b',
  'notes://note/..',
  'notes://note/..?x',
])('T3 a prefix of URIs is not left by climbing: %s', (uri) => {
  expect(policy.ruleFor('resource', uri)).toBeUndefined();
});

test.each([
  'notes://note/.\t./x',
  'notes://note/.\r./x',
  'notes://note/%2\ne%2e/x',
  'notes://note/.. ',
  'notes://note/..\u0000',
])('T3 a URI that a parser would change is not judged as it is written: %j', (uri) => {
  expect(policy.ruleFor('resource', uri)).toBeUndefined();
});

test('T3 dots inside a name are no climbing', () => {
  expect(policy.ruleFor('resource', 'notes://note/v1..2.txt')).toBeDefined();
});

describe('visible', () => {
  test('T3 a user sees what it may call and what it could step up to', () => {
    expect(visible(policy, 'tool', 'list_notes', USER)).toBe(true);
    expect(visible(policy, 'tool', 'add_note', USER)).toBe(true);
  });

  test('T3 a machine sees only what its scopes allow: they are fixed', () => {
    expect(visible(policy, 'tool', 'list_notes', MACHINE)).toBe(true);
    expect(visible(policy, 'tool', 'add_note', MACHINE)).toBe(false);
  });

  test('T3 what a group forbids is not seen', () => {
    expect(visible(policy, 'tool', 'delete_note', ADMIN)).toBe(true);
    expect(visible(policy, 'tool', 'delete_note', USER)).toBe(false);
    expect(visible(policy, 'tool', 'delete_note', { ...MACHINE, scopes: ['notes:write'] })).toBe(false);
  });

  test('T3 what no rule names is not seen', () => {
    expect(visible(policy, 'tool', 'drop_table', ADMIN)).toBe(false);
  });
});
