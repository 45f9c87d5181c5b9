import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerSpec, TaskSpec } from '../deployment/containers/tasks';
import { withPreload } from '../functions/preload';
import { startAgent, type TaskAgent } from './agent';
import { ContainerProcess, succeeds } from './container-process';
import { containerEnvironment } from './environment';
import { assignPorts, localCommand, localVariables, type TaskPorts } from './ports';
import { type TaskSurroundings, valueOfSecret } from './surroundings';

/** Checks come this much more often until the first one succeeds: nobody waits half a minute for a laptop. */
export const HASTE = 20;
const QUICKEST_MS = 250;
const LAST_LINES = 12;

/** One task: its containers' processes, from the first start to the last end. */
export class Task {
  readonly id = randomUUID().replaceAll('-', '');
  /** Why an essential container ended, or what stopped the task; it is over then. */
  readonly over: Promise<string>;
  private readonly processes = new Map<string, ContainerProcess>();
  private readonly healthy = new Set<string>();
  private readonly tail: string[] = [];
  private end: (how: string) => void = () => {};
  private stopping = false;

  private constructor(
    private readonly spec: TaskSpec,
    private readonly surroundings: TaskSurroundings,
    private readonly agent: TaskAgent,
    readonly ports: TaskPorts,
  ) {
    this.over = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  /** Resolves at once; the containers start in the order they wait for each other. */
  static async start(spec: TaskSpec, surroundings: TaskSurroundings): Promise<Task> {
    const { cluster, region } = surroundings;
    const names = spec.containers.map(({ name }) => name);
    const agent = await startAgent({ arn: spec.arn, cluster, family: spec.family, region, names });
    const task = new Task(spec, surroundings, agent, await assignPorts(spec));
    for (const container of spec.containers) {
      task.run(container).catch((error: Error) => task.end(`${container.name}: ${error.message}`));
    }
    return task;
  }

  /** All containers that have a health check passed it lately. */
  get containersHealthy(): boolean {
    return this.spec.containers.every(
      ({ name, healthCheck }) => this.processes.get(name)?.running && (!healthCheck || this.healthy.has(name)),
    );
  }

  get lastLines(): string {
    return this.tail.join('\n');
  }

  pids(): Record<string, number> {
    return Object.fromEntries([...this.processes].flatMap(([name, { pid }]) => (pid ? [[name, pid]] : [])));
  }

  /** Gives it up: what looks at it from outside found it of no use. */
  fail(how: string): void {
    this.end(how);
  }

  /** SIGTERM to all containers, SIGKILL to those that take too long. @param atMostMs a shorter wait than the template's */
  async stop(atMostMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.stopping = true;
    this.end('the task was stopped');
    await Promise.all(
      this.spec.containers.map(({ name, stopMs }) => this.processes.get(name)?.stop(Math.min(stopMs, atMostMs))),
    );
    for (const { pid } of this.processes.values()) if (pid) this.surroundings.reaper.forget(pid);
    await this.agent.close();
  }

  private async run(container: ContainerSpec): Promise<void> {
    await this.dependenciesOf(container);
    if (this.stopping) return;
    const running = new ContainerProcess(this.processSpec(container));
    this.processes.set(container.name, running);
    const { reaper } = this.surroundings;
    if (running.pid) reaper.watch(running.pid);
    void this.watchHealth(container, running);
    const how = await running.exited;
    this.healthy.delete(container.name);
    if (container.essential) this.end(`${container.name} ended with ${how}`);
  }

  private async dependenciesOf(container: ContainerSpec): Promise<void> {
    for (const { container: name, condition } of container.dependsOn) {
      const ready = () => (condition === 'START' ? this.processes.has(name) : this.healthy.has(name));
      while (!ready() && !this.stopping) await sleep(20);
    }
  }

  private async watchHealth(container: ContainerSpec, running: ContainerProcess): Promise<void> {
    const check = container.healthCheck;
    if (!check) return;
    const { log: _, ...spec } = this.processSpec(container);
    const argv = localCommand(check.argv, this.ports);
    const begun = Date.now();
    let failures = 0;
    while (running.running && !this.stopping) {
      const passed = await succeeds({ ...spec, argv }, check.timeoutMs);
      const known = this.healthy.has(container.name);
      if (passed) {
        failures = 0;
        this.healthy.add(container.name);
      } else if (Date.now() - begun > check.startPeriodMs || known) failures += 1;
      if (failures >= check.retries && known) {
        this.healthy.delete(container.name);
        if (container.essential) return this.end(`the health check of ${container.name} failed`);
      }
      const hurried = Math.max(check.intervalMs / HASTE, QUICKEST_MS);
      await sleep(this.healthy.has(container.name) ? check.intervalMs : hurried, undefined, { ref: false });
    }
  }

  private processSpec(container: ContainerSpec) {
    const { surroundings } = this;
    const secrets = container.secrets.map(({ name, from }) => [name, valueOfSecret(from, surroundings.secrets)]);
    const variables = {
      ...localVariables(container, this.ports, surroundings.origins),
      ...Object.fromEntries(secrets),
    };
    const argv = localCommand(container.argv, this.ports);
    const environment = containerEnvironment(variables, {
      ...surroundings,
      agent: this.agent.variablesFor(container.name),
    });
    return {
      argv,
      folder: container.folder,
      environment: argv[0] === process.execPath ? withPreload(environment, surroundings.preload) : environment,
      log: (line: string) => {
        this.tail.push(`${container.name}: ${line}`);
        if (this.tail.length > LAST_LINES) this.tail.shift();
        surroundings.log(container.name, line);
      },
    };
  }
}
