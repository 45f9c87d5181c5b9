import { type ServerAccess, serversOf } from '../../bin/cli/access';
import { accessChanges } from '../../bin/cli/access-changes';
import { GuardVariable, type PolicyDocument } from '../../lib/private/contract';
import { POLICY, resources } from './support';

function accessOf(policy: PolicyDocument = POLICY, variables: Record<string, unknown> = {}): ServerAccess[] {
  const template = { Resources: resources({ [GuardVariable.policy]: JSON.stringify(policy), ...variables }) };
  return serversOf({ name: 'Stack', template, assets: new Map() });
}

const rule = (name: string) => {
  const found = POLICY.rules.find(({ tools }) => tools?.includes(name));
  if (found === undefined) throw new Error(`no rule names ${name}`);
  return found;
};
const without = (name: string) => POLICY.rules.filter((one) => one !== rule(name));

test('O3 nothing changed is nothing to say', () => {
  expect(accessChanges(accessOf(), accessOf())).toEqual([]);
});

test('O3 who gains and who loses a tool is a sentence', () => {
  const more = { ...POLICY, rules: [...POLICY.rules, { tools: ['purge'], scopes: ['notes:write'] }] };
  expect(accessChanges(accessOf(), accessOf(more))).toEqual([
    'all who sign in gain tool purge with notes:write',
    'machine client writer gains tool purge',
  ]);
  expect(accessChanges(accessOf(more), accessOf())).toEqual([
    'all who sign in lose tool purge',
    'machine client writer loses tool purge',
  ]);
});

test('O3 a group that goes opens a tool to everyone', () => {
  const { groups, ...open } = rule('delete_note');
  expect(groups).toBeDefined();
  const opened = { ...POLICY, rules: [...without('delete_note'), open] };
  expect(accessChanges(accessOf(), accessOf(opened))).toEqual(
    expect.arrayContaining([
      'tool delete_note is for all who sign in, no longer for people in admins or ops',
      expect.stringMatching(/^machine client writer gains tool delete_note$/),
    ]),
  );
});

test('O3 other scopes are said', () => {
  const changed = {
    ...POLICY,
    rules: [...without('copy_note'), { ...rule('copy_note'), scopes: ['notes:read'] }],
  };
  expect(accessChanges(accessOf(), accessOf(changed))).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^tool copy_note needs notes:read, no longer /),
      'machine client reader gains tool copy_note',
    ]),
  );
});

test('O3 a machine client that comes or goes is said with what it can call', () => {
  const fewer = accessOf(POLICY, { [GuardVariable.machineClients]: { Ref: 'Reader' } });
  const changes = accessChanges(fewer, accessOf());
  expect(changes).toContain('machine client writer is new, with notes:read and notes:write');
  expect(changes).toContain('machine client writer gains tool list_notes');
  expect(accessChanges(accessOf(), fewer)).toContain('machine client writer is gone');
});

test('O3 a scope that a machine client gains or loses is said', () => {
  const [all] = accessOf() as [ServerAccess];
  const machineClients = all.machineClients.map((client) => ({ ...client, scopes: ['notes:read'] }));
  expect(accessChanges([{ ...all, machineClients }], [all])).toEqual(['machine client writer gains scope notes:write']);
  expect(accessChanges([all], [{ ...all, machineClients }])).toEqual(['machine client writer loses scope notes:write']);
});

describe('machine clients whose scopes are not known here', () => {
  const partner = (policy = POLICY) => accessOf(policy, { [GuardVariable.machineClients]: 'partner' });
  const UNKNOWN = 'what machine client partner gains or loses is NOT KNOWN: its scopes are not in this template';

  test('O3 are new or gone, and nothing is claimed of what they gain or lose', () => {
    const readers = accessOf(POLICY, { [GuardVariable.machineClients]: '' });
    expect(accessChanges(readers, partner())).toEqual([
      'machine client partner is new, with scopes that are not known here',
      UNKNOWN,
    ]);
    expect(accessChanges(partner(), readers)).toEqual(['machine client partner is gone', UNKNOWN]);
    expect(accessChanges(partner(), partner())).toEqual([]);
  });

  test('O3 may gain a tool by a rule that changes, which is said', () => {
    const more = { ...POLICY, rules: [...POLICY.rules, { tools: ['purge'], scopes: ['notes:write'] }] };
    expect(accessChanges(partner(), partner(more))).toEqual([
      UNKNOWN,
      'all who sign in gain tool purge with notes:write',
    ]);
  });

  test('O3 a reference that is read at deployment is no client, and nobody is said to come or go by it', () => {
    const referred = (name: string) =>
      accessOf(POLICY, { [GuardVariable.machineClients]: `{{resolve:secretsmanager:N-facts:SecretString:${name}::}}` });
    expect(accessChanges(referred('machines-1'), referred('machines-2'))).toEqual([
      'which machine clients come or go is NOT KNOWN: before what another stack names; now what another stack names',
    ]);
    expect(accessChanges(referred('machines-1'), accessOf())).toEqual([
      'which machine clients come or go is NOT KNOWN: before what another stack names; ' +
        'now reader with notes:read, writer with notes:read and notes:write',
    ]);
    expect(accessChanges(referred('machines-1'), referred('machines-1'))).toEqual([]);
  });
});

test('O3 servers of one name in two stacks are compared each with its own', () => {
  const [one] = accessOf() as [ServerAccess];
  const there = { ...one, stack: 'Other' };
  const fewer = { ...there, scopes: ['notes:read'] };
  expect(accessChanges([one, there], [one, fewer])).toEqual(['Notes of Other: scope notes:write is gone']);
});

test('O3 a server that is new or gone is said, and each sentence names its server where there are several', () => {
  const [one] = accessOf();
  const other = { ...(one as ServerAccess), server: 'Other' };
  expect(accessChanges([], accessOf())[0]).toBe('this server is new');
  const gone = accessChanges([one as ServerAccess, other], [one as ServerAccess]);
  expect(gone[0]).toBe('Other: this server is gone');
  expect(gone.every((sentence) => sentence.startsWith('Other: '))).toBe(true);
});
