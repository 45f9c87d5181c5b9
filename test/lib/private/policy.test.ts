import { Aws } from 'aws-cdk-lib';
import { compilePolicy, type PolicyInput, policyProblems } from '../../../lib/private/policy';
import { idleMachines, unreachableProblems } from '../../../lib/private/reachability';

const SCOPES = { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' };

function problems(input: Partial<PolicyInput>): string[] {
  return policyProblems({ scopes: SCOPES, access: [{ tools: ['list_notes'], scopes: ['notes:read'] }], ...input });
}

describe('a policy', () => {
  test('T3 is compiled rule by rule, with unqualified scopes and no value known only at deploy time', () => {
    const policy = compilePolicy({
      scopes: SCOPES,
      access: [{ tools: ['delete_*'], prompts: ['p'], scopes: ['notes:write'], groups: ['admins'] }],
    });
    expect(policy).toEqual({
      version: 1,
      scopes: ['notes:read', 'notes:write'],
      rules: [{ tools: ['delete_*'], prompts: ['p'], scopes: ['notes:write'], groups: ['admins'] }],
    });
  });

  test('has no problems when every rule names something and uses declared scopes', () => {
    expect(
      problems({
        initialScopes: ['notes:write'],
        access: [
          { tools: ['list_notes', 'read_*'], prompts: ['list_notes'], scopes: ['notes:read'] },
          { resources: ['notes://note/{id}', 'notes://index'], scopes: ['notes:read'] },
          { resources: ['notes://note/{id}/history'], scopes: ['notes:write'], groups: ['größe-1'] },
        ],
      }),
    ).toEqual([]);
  });

  test.each<[string, Partial<PolicyInput>, RegExp]>([
    ['no scopes', { scopes: {} }, /^no scopes are declared: name at least one/],
    ['a scope with a slash', { scopes: { 'notes/read': 'x' } }, /scope 'notes\/read' has a character Cognito refuses/],
    ['a scope with a space', { scopes: { 'notes read': 'x' } }, /scope 'notes read' has a character/],
    ['a scope without description', { scopes: { 'notes:read': ' ' } }, /'notes:read' needs a description/],
    [
      'more than 100 scopes',
      { scopes: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`s${i}`, 'x'])) },
      /^101 scopes are declared, Cognito allows 100/,
    ],
    ['an undeclared initial scope', { initialScopes: ['x'] }, /^unknown scope 'x' in `initialScopes`: declare it/],
    ['empty initial scopes', { initialScopes: [] }, /`initialScopes` is empty: name one or more of 'notes:read'/],
    ['no rules', { access: [] }, /`access` is empty, so nothing could be called/],
    ['a rule that names nothing', { access: [{ scopes: ['notes:read'] }] }, /^access\[0\] names nothing/],
    ['an empty tool list', { access: [{ tools: [], scopes: ['notes:read'] }] }, /`tools` of access\[0\] is empty/],
    ['an empty name', { access: [{ tools: [''], scopes: ['notes:read'] }] }, /is empty or has spaces/],
    [
      'an unknown scope',
      { access: [{ tools: ['a'], scopes: ['notes:reed'] }] },
      /^unknown scope 'notes:reed' in `scopes` of access\[0\]: declare it in `scopes`, or use one of 'notes:read'/,
    ],
    ['no scope', { access: [{ tools: ['a'], scopes: [] }] }, /`scopes` of access\[0\] is empty/],
    [
      'a scope twice',
      { access: [{ tools: ['a'], scopes: ['notes:read', 'notes:read'] }] },
      /'notes:read' stands twice in `scopes` of access\[0\]/,
    ],
    [
      'an empty group list',
      { access: [{ tools: ['a'], scopes: ['notes:read'], groups: [] }] },
      /so nobody could satisfy it/,
    ],
    [
      'a group with a space',
      { access: [{ tools: ['a'], scopes: ['notes:read'], groups: ['two words'] }] },
      /'two words' of access\[0\] is not a group name/,
    ],
    [
      'a group twice',
      { access: [{ tools: ['a'], scopes: ['notes:read'], groups: ['g', 'g'] }] },
      /group 'g' stands twice/,
    ],
    [
      'a name known only at deploy time',
      { access: [{ tools: [Aws.REGION], scopes: ['notes:read'] }] },
      /known only at/,
    ],
    ['a star inside', { access: [{ tools: ['a*b'], scopes: ['notes:read'] }] }, /has '\*' before its end/],
    [
      'a relative resource',
      { access: [{ resources: ['note/1'], scopes: ['notes:read'] }] },
      /'note\/1' in `resources` is not an absolute URI: .* 'notes:\/\/note\/1'/,
    ],
  ])('fails with %s', (_name, input, message) => {
    const found = problems(input);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(message);
  });

  test.each([
    ['tools', 'list', 'list', true],
    ['tools', 'list_notes', 'list_*', true],
    ['tools', 'list_*', 'list_notes', true],
    ['tools', 'l*', 'list_*', true],
    ['tools', '*', 'anything', true],
    ['tools', 'list_notes', 'list', false],
    ['tools', 'list_*', 'read_*', false],
    ['resources', 'notes://note/*', 'notes://note/{id}', true],
    ['resources', 'notes://note/*', 'notes://{kind}/1', true],
    ['resources', 'notes://note/{id}', 'notes://note/1', true],
    ['resources', 'notes://note/{id}', 'notes://note/{key}', true],
    ['resources', 'notes://{+path}', 'notes://a/b', true],
    ['resources', 'notes://note/{id}', 'notes://note/{id}/history', false],
    ['resources', 'notes://note/{id}', 'files://note/{id}', false],
    ['resources', 'notes://a.c', 'notes://abc', false],
  ] as const)('in %s, %s and %s match one name: %s', (kind, a, b, expected) => {
    const found = problems({
      access: [
        { [kind]: [a], scopes: ['notes:read'] },
        { [kind]: [b], scopes: ['notes:write'] },
      ],
    });
    expect(found).toHaveLength(expected ? 1 : 0);
    if (expected) expect(found[0]).toContain('match the same name: let one rule alone decide');
  });

  test('fails with a name that one rule holds twice', () => {
    const found = problems({ access: [{ tools: ['a', 'a*'], scopes: ['notes:read'] }] });
    expect(found).toEqual(["'a' and 'a*' in `tools` of access[0] match the same name: remove one"]);
  });
});

describe('who can satisfy a rule', () => {
  const policy = compilePolicy({
    scopes: SCOPES,
    access: [
      { tools: ['a'], scopes: ['notes:read'] },
      { tools: ['b'], scopes: ['notes:write'], groups: ['admins'] },
    ],
  });
  const reader = { id: 'reader', scopes: ['notes:read'] };
  const writer = { id: 'writer', scopes: ['notes:write'] };

  test('people can satisfy every rule', () => {
    expect(unreachableProblems(policy, { users: true, machines: [] })).toEqual([]);
  });

  test('fails when no client exists', () => {
    expect(unreachableProblems(policy, { users: false, machines: [] })[0]).toMatch(/^no client can call this server/);
  });

  test('fails when a rule asks machines for a group, or for scopes none of them holds', () => {
    const found = unreachableProblems(policy, { users: false, machines: [writer] });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/nobody can satisfy access\[0\]: no machine client holds all of its scopes/);
    expect(found[1]).toMatch(/nobody can satisfy access\[1\]: it asks for a group/);
  });

  test('a machine client that only rules with groups would admit is idle', () => {
    expect(idleMachines(policy, { users: true, machines: [reader, writer] })).toEqual(['writer']);
  });
});
