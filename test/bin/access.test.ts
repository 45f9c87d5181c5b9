import { type ServerAccess, serversOf } from '../../bin/cli/access';
import { GuardVariable, type PolicyDocument } from '../../lib/private/contract';
import { desktop, machine, POLICY, resources, server } from './support';

function accessOf(content = resources()): ServerAccess {
  const found = serversOf({ name: 'Stack', template: { Resources: content }, assets: new Map() });
  expect(found).toHaveLength(1);
  return found[0]!;
}

function grantOf(access: ServerAccess, pattern: string) {
  return access.access.find((grant) => grant.pattern === pattern);
}

test('every name of every rule has its line', () => {
  expect(accessOf().access.map((grant) => `${grant.kind} ${grant.pattern}`)).toEqual([
    'tool list_notes',
    'tool read_*',
    'prompt sum_up',
    'resource notes://note/*',
    'tool copy_note',
    'tool delete_note',
  ]);
});

test('a server says where it is and whom it knows', () => {
  expect(accessOf()).toMatchObject({
    server: 'Notes',
    stack: 'Stack',
    function: 'Server',
    resource: '[Api.ApiEndpoint]/mcp',
    scopes: ['notes:read', 'notes:write'],
    userClients: [{ name: 'desktop', scopes: ['notes:read', 'notes:write'] }],
    machineClients: [
      { name: 'reader', scopes: ['notes:read'] },
      { name: 'writer', scopes: ['notes:read', 'notes:write'] },
    ],
    refusedClients: [],
  });
});

test('a machine client can call what all scopes of the rule allow', () => {
  const access = accessOf();
  expect(grantOf(access, 'list_notes')?.machineClients).toEqual(['reader', 'writer']);
  expect(grantOf(access, 'copy_note')?.machineClients).toEqual(['writer']);
});

test('no machine client can call what asks for a group', () => {
  expect(grantOf(accessOf(), 'delete_note')).toMatchObject({
    groups: ['admins', 'ops'],
    people: true,
    machineClients: [],
    unknownClients: [],
  });
});

test('a machine client that the guard does not list is shown as refused and can call nothing', () => {
  const access = accessOf(resources({ [GuardVariable.machineClients]: { Ref: 'Reader' } }));
  expect(access.refusedClients).toEqual([{ name: 'writer', scopes: ['notes:read', 'notes:write'] }]);
  expect(grantOf(access, 'list_notes')?.machineClients).toEqual(['reader']);
});

test('a client of another server is no concern of this one', () => {
  const other = machine('other', [], { AllowedOAuthScopes: ['https://other.example/mcp/notes:read'] });
  expect(accessOf({ ...resources(), Other: other }).refusedClients).toEqual([]);
});

test('scopes of another server do not count, though they have the same name', () => {
  const foreign = machine('reader', [], { AllowedOAuthScopes: ['https://other.example/mcp/notes:read'] });
  expect(grantOf(accessOf({ ...resources(), Reader: foreign }), 'list_notes')?.machineClients).toEqual(['writer']);
});

test('a client without the client credentials grant gets no machine token', () => {
  const reader = machine('reader', ['notes:read'], { AllowedOAuthFlows: ['code'] });
  expect(grantOf(accessOf({ ...resources(), Reader: reader }), 'list_notes')?.machineClients).toEqual(['writer']);
});

test.each([
  ['another stack', { 'Fn::ImportValue': 'PartnerClient' }, '[{"Fn::ImportValue":"PartnerClient"}]'],
  ['an id', '1example23456789', '1example23456789'],
])('a machine client given by %s is unknown, not left out', (_, allowed, name) => {
  const access = accessOf(resources({ [GuardVariable.machineClients]: allowed }));
  expect(grantOf(access, 'list_notes')).toMatchObject({ machineClients: [], unknownClients: [name] });
});

test('people can call only what a client they sign in with can obtain', () => {
  const access = accessOf({ ...resources(), Desktop: desktop(['notes:read']) });
  expect(grantOf(access, 'list_notes')?.people).toBe(true);
  expect(grantOf(access, 'copy_note')?.people).toBe(false);
});

test('nobody signs in to a server without user clients', () => {
  const access = accessOf(resources({ [GuardVariable.userClients]: '' }));
  expect(access.userClients).toEqual([]);
  expect(access.access.every((grant) => !grant.people)).toBe(true);
});

test('unqualified scopes, as an authorization server without a prefix has them, are read too', () => {
  const reader = machine('reader', [], { AllowedOAuthScopes: ['notes:read'] });
  const access = accessOf({ ...resources({ [GuardVariable.scopePrefix]: '' }), Reader: reader });
  expect(grantOf(access, 'list_notes')?.machineClients).toEqual(['reader']);
  expect(access.refusedClients).toEqual([]);
});

test('a function without a policy is no server', () => {
  const broker = { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: { MCP_CONTRACT: '1' } } } };
  const plain = { Type: 'AWS::Lambda::Function' };
  expect(serversOf({ name: 'Stack', template: { Resources: { broker, plain } }, assets: new Map() })).toEqual([]);
});

test('fails on a contract it does not know: it would misread the rest', () => {
  expect(() => accessOf(resources({ [GuardVariable.contract]: '99' }))).toThrow(
    "Stack/Server is written for contract '99'",
  );
});

test('fails when the policy file of the bundle is missing', () => {
  expect(() => accessOf({ Server: server({ [GuardVariable.policy]: 'file:policy.json' }) })).toThrow(
    "the policy file 'server.zip/policy.json' of Stack is missing",
  );
});

test('an empty policy has no lines', () => {
  const empty: PolicyDocument = { ...POLICY, rules: [] };
  expect(accessOf(resources({ [GuardVariable.policy]: JSON.stringify(empty) })).access).toEqual([]);
});

test('a guard in a container is read as one in a function is', () => {
  const { Server: guard, ...others } = resources();
  const { Variables } = guard!.Properties!.Environment as { Variables: Record<string, unknown> };
  const Task = {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      ContainerDefinitions: [
        { Name: 'App', Environment: [{ Name: 'PORT', Value: '3000' }] },
        { Name: 'Guard', Environment: Object.entries(Variables).map(([Name, Value]) => ({ Name, Value })) },
      ],
    },
  };
  expect(accessOf({ ...others, Task })).toEqual({ ...accessOf(), function: 'Task' });
});
