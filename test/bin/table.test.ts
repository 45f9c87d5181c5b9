import { serversOf } from '../../bin/cli/access';
import { accessTable } from '../../bin/cli/table';
import { GuardVariable } from '../../lib/private/contract';
import { resources } from './support';

function tableOf(variables: Record<string, unknown> = {}): string {
  return serversOf({ name: 'Stack', template: { Resources: resources(variables) }, assets: new Map() })
    .map(accessTable)
    .join();
}

test('a reviewer reads in a line who may call what', () => {
  const table = tableOf();
  expect(table).toContain('Notes (Server of Stack)');
  expect(table).toMatch(/^ {2}tool +list_notes +notes:read +any user +reader, writer$/m);
  expect(table).toMatch(/^ {2}tool +copy_note +notes:read, notes:write +any user +writer$/m);
  expect(table).toMatch(/^ {2}tool +delete_note +notes:write +in admins or ops +none$/m);
  expect(table).toMatch(/machines +reader: notes:read\n +writer: notes:read, notes:write\n/);
  expect(table).toContain('What no line names is neither listed nor callable.');
});

test('what is refused or not known is said', () => {
  const table = tableOf({ [GuardVariable.machineClients]: '1example', [GuardVariable.userClients]: '' });
  expect(table).toMatch(/people +nobody can sign in/);
  expect(table).toMatch(/machines +1example: not in this template/);
  expect(table).toMatch(/refused +reader: notes:read; not allow-listed/);
  expect(table).toMatch(/tool +list_notes +notes:read +none +1example\?/);
  expect(table).toContain('?: a client of another stack');
});

test('no machine clients are said to be none', () => {
  expect(tableOf({ [GuardVariable.machineClients]: '' })).toMatch(/machines +none/);
});
