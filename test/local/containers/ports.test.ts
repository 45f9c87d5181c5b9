import { assignPorts, localCommand, localVariables, portsOf } from '../../../local/containers/ports';
import type { ContainerSpec, TaskSpec } from '../../../local/deployment/containers/tasks';

const container = (deployedVariables: Record<string, string>, more: Partial<ContainerSpec> = {}) =>
  ({ name: 'X', deployedVariables, mappedPorts: [], exposedPorts: [], ...more }) as unknown as ContainerSpec;

const APP = container({ PORT: '3000', SUPPORT: '9', PAGE_SIZE: '3000' }, { exposedPorts: [9229] });
const GUARD = container(
  {
    MCP_PORT: '8080',
    MCP_UPSTREAM: 'http://127.0.0.1:3000/mcp',
    MCP_RESOURCE: 'https://api.example.com/mcp',
    MCP_ALLOWED_ORIGINS: 'http://localhost:3000,http://localhost:6274',
  },
  { mappedPorts: [8080] },
);
const TASK = { containers: [APP, GUARD] } as unknown as TaskSpec;
const ports = new Map([
  [3000, 41_000],
  [8080, 42_000],
]);

test('finds every port the containers call their own', () => {
  expect(portsOf(TASK).sort()).toEqual([3000, 8080, 9229]);
});

test('every task has ports that no other has', async () => {
  const [first, second] = await Promise.all([assignPorts(TASK), assignPorts(TASK)]);
  const all = [...first.values(), ...second.values()];
  expect(new Set(all).size).toBe(6);
});

test('ports are replaced before origins, whose local ones may look like them', () => {
  const origins = [{ deployed: 'https://api.example.com', local: 'http://localhost:3000' }];
  expect(localVariables(GUARD, ports, origins)).toEqual({
    MCP_PORT: '42000',
    MCP_UPSTREAM: 'http://127.0.0.1:41000/mcp',
    MCP_RESOURCE: 'http://localhost:3000/mcp',
    MCP_ALLOWED_ORIGINS: 'http://localhost:3000,http://localhost:6274',
  });
  expect(localVariables(APP, ports, origins)).toEqual({ PORT: '41000', SUPPORT: '9', PAGE_SIZE: '3000' });
});

test('a port in a command is replaced where it stands by itself', () => {
  expect(
    localCommand(['node', 'x.mjs', '--port', '3000', '--listen=8080', 'http://localhost:3000/x', '30001'], ports),
  ).toEqual(['node', 'x.mjs', '--port', '41000', '--listen=42000', 'http://localhost:41000/x', '30001']);
});
