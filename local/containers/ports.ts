import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { GuardVariable } from '../../lib/private/contract';
import type { ContainerSpec, TaskSpec } from '../deployment/containers/tasks';
import { type OriginRow, toLocal } from '../template/origins';

/** A task's ports in the account, and those it has here: all tasks share this machine's loopback interface. */
export type TaskPorts = ReadonlyMap<number, number>;

const PORT_NAME = /(^|_)PORT$/;
const LOOPBACK = /https?:\/\/(?:127\.0\.0\.1|localhost):(\d+)/g;

/** Every port the containers name as their own: mapped, exposed, in a variable such as `PORT`, or in a loopback URL. */
export function portsOf(task: TaskSpec): number[] {
  const ports = task.containers.flatMap((container) => [
    ...container.mappedPorts,
    ...container.exposedPorts,
    ...Object.entries(ownVariables(container)).flatMap(([name, value]) => [
      ...(PORT_NAME.test(name) ? [Number(value)] : []),
      ...[...value.matchAll(LOOPBACK)].map(([, port]) => Number(port)),
    ]),
  ]);
  return [...new Set(ports)].filter((port) => Number.isInteger(port) && port > 0 && port < 65_536);
}

/** Origins that browsers may come from are not addresses in the task, though they may look like it. */
function ownVariables({ deployedVariables }: ContainerSpec): Record<string, string> {
  const { [GuardVariable.allowedOrigins]: _, ...own } = deployedVariables;
  return own;
}

/**
 * The container's variables for one task: its own ports first, then origins. In that order, since a local origin may
 * have the very port that the container has in the account.
 */
export function localVariables(
  container: ContainerSpec,
  ports: TaskPorts,
  origins: readonly OriginRow[],
): Record<string, string> {
  const own = ownVariables(container);
  return Object.fromEntries(
    Object.entries(container.deployedVariables).map(([name, value]) => {
      // The collector of a task has no process of its own here, so its port is none of the task's.
      const elsewhere = origins.find(({ deployed }) => deployed === value);
      if (elsewhere) return [name, elsewhere.local];
      const local = ports.get(Number(value));
      const moved = !(name in own) ? value : PORT_NAME.test(name) && local ? String(local) : withPorts(value, ports);
      return [name, toLocal(moved, origins)];
    }),
  );
}

/** The same in the words of a command: a port by itself, after `=`, or in a loopback URL. */
export function localCommand(words: readonly string[], ports: TaskPorts): string[] {
  return words.map((word) => {
    const [, before = '', port = ''] = /^(--?[\w-]+=|)(\d+)$/.exec(word) ?? [];
    const local = ports.get(Number(port));
    return port && local ? `${before}${local}` : withPorts(word, ports);
  });
}

function withPorts(text: string, ports: TaskPorts): string {
  return text.replace(LOOPBACK, (origin, port: string) => {
    const local = ports.get(Number(port));
    return local ? `${origin.slice(0, -port.length)}${local}` : origin;
  });
}

/** A free port for each; all are held until the last is known, so that no two are the same. */
export async function assignPorts(task: TaskSpec): Promise<TaskPorts> {
  const wanted = portsOf(task);
  const servers = await Promise.all(
    wanted.map(async () => {
      const server = createServer();
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return new Map(wanted.map((port, index) => [port, ports[index] as number]));
}
