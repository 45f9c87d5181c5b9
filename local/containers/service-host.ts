import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceSpec } from '../deployment/containers/services';
import { LocalFailure } from '../failure';
import type { TaskSurroundings } from './surroundings';
import type { Target, TargetGroup } from './target-group';
import { Task } from './task';

/** Tasks that end before they are healthy until a deployment is given up. */
const FAILURES = 3;
const PATIENCE_MS = 60_000;
const LOOK_MS = 50;
/** A task that never was healthy is not replaced at once, nor ever later than this. */
const LONGEST_PAUSE_MS = 10_000;
/** Nobody waits for calls when everything ends. */
const LAST_GRACE_MS = 2_000;

interface Live {
  readonly task: Task;
  readonly targets: readonly { readonly group: TargetGroup; readonly target: Target }[];
  readonly since: number;
  wasHealthy: boolean;
}

/** One service: keeps its number of tasks running, in and out of their target groups as they come and go. */
export class ServiceHost {
  private readonly live = new Set<Live>();
  private readonly leaving = new Set<Promise<void>>();
  private failures = 0;
  private closing = false;

  private constructor(
    readonly spec: ServiceSpec,
    private readonly groups: ReadonlyMap<string, TargetGroup>,
    private readonly surroundings: TaskSurroundings,
  ) {}

  /** Resolves when every task is healthy; gives up as a circuit breaker does. */
  static async start(
    spec: ServiceSpec,
    groups: ReadonlyMap<string, TargetGroup>,
    surroundings: TaskSurroundings,
  ): Promise<ServiceHost> {
    const host = new ServiceHost(spec, groups, surroundings);
    try {
      await Promise.all(Array.from({ length: spec.desiredCount }, () => host.deploy()));
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** The processes of the tasks that run, by container. */
  processes(): Record<string, number>[] {
    return [...this.live].map(({ task }) => task.pids());
  }

  /** A deployment of the same tasks: as many new ones get healthy as there may be beside the old, which then leave. */
  async redeploy(): Promise<void> {
    this.failures = 0;
    const { desiredCount, maximumPercent } = this.spec;
    const room = Math.max(1, Math.floor((desiredCount * maximumPercent) / 100) - desiredCount);
    for (const old = [...this.live]; old.length > 0; ) {
      const leaving = old.splice(0, room);
      await Promise.all(leaving.map(() => this.deploy()));
      for (const live of leaving) this.live.delete(live);
      await Promise.all(leaving.map((live) => this.leave(live)));
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    const all = [...this.live];
    this.live.clear();
    await Promise.all(all.map(({ task }) => task.stop(LAST_GRACE_MS)));
    for (const { targets } of all) for (const { group, target } of targets) void group.deregister(target, 0);
    await Promise.race([Promise.all(this.leaving), sleep(LAST_GRACE_MS)]);
  }

  /** Starts tasks until one is healthy. */
  private async deploy(): Promise<void> {
    for (;;) {
      const live = await this.launch();
      const wrong = await this.untilHealthy(live);
      if (wrong === undefined || this.closing) return;
      this.live.delete(live);
      const { lastLines } = live.task;
      await this.leave(live);
      this.failures += 1;
      if (this.failures >= FAILURES || wrong === IMPATIENT) throw neverHealthy(this.spec.logicalId, wrong, lastLines);
    }
  }

  private async launch(): Promise<Live> {
    const task = await Task.start(this.spec.task, this.surroundings);
    const targets = this.spec.targets.flatMap(({ targetGroupArn, port }) => {
      const group = this.groups.get(targetGroupArn);
      const local = task.ports.get(port);
      return group && local ? [{ group, target: group.register(local, task.ports) }] : [];
    });
    const live: Live = { task, targets, since: Date.now(), wasHealthy: false };
    this.live.add(live);
    if (this.closing) this.track(task.stop(LAST_GRACE_MS));
    void task.over.then((how) => this.ended(live, how));
    return live;
  }

  /** Undefined when it got healthy, else why not. */
  private async untilHealthy(live: Live): Promise<string | undefined> {
    let over: string | undefined;
    void live.task.over.then((how) => {
      over = how;
    });
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !this.closing; await sleep(LOOK_MS)) {
      if (over !== undefined) return over;
      if (live.task.containersHealthy && live.targets.every(({ target }) => target.state === 'healthy')) {
        live.wasHealthy = true;
        void this.watch(live);
        return undefined;
      }
    }
    return IMPATIENT;
  }

  /** A target that fails its checks costs the task its place. */
  private async watch(live: Live): Promise<void> {
    while (this.live.has(live) && !this.closing) {
      await sleep(LOOK_MS, undefined, { ref: false });
      const unhealthy = live.targets.some(({ target }) => target.state === 'unhealthy');
      if (unhealthy && Date.now() - live.since > this.spec.graceMs) return live.task.fail('its target is unhealthy');
    }
  }

  private async ended(live: Live, how: string): Promise<void> {
    if (this.closing || !live.wasHealthy || !this.live.delete(live)) return;
    this.surroundings.log('service', `task ${live.task.id} is replaced: ${how}`);
    // An essential container is gone: nothing new goes there, and the others end at once.
    for (const { group, target } of live.targets) void group.deregister(target);
    this.track(live.task.stop());
    await this.replace(LOOK_MS);
  }

  private async replace(pauseMs: number): Promise<void> {
    if (this.closing) return;
    const live = await this.launch();
    const wrong = await this.untilHealthy(live);
    if (wrong === undefined || this.closing) return;
    this.surroundings.log('service', `task ${live.task.id} does not get healthy: ${wrong}`);
    this.live.delete(live);
    await this.leave(live);
    await sleep(pauseMs, undefined, { ref: false });
    await this.replace(Math.min(pauseMs * 4, LONGEST_PAUSE_MS));
  }

  /** First out of the load balancer, until its calls are done; then its containers end. */
  private leave({ task, targets }: Live): Promise<void> {
    const drained = Promise.all(targets.map(({ group, target }) => group.deregister(target)));
    return this.track(drained.then(() => task.stop()));
  }

  private track(work: Promise<void>): Promise<void> {
    this.leaving.add(work);
    return work.finally(() => this.leaving.delete(work));
  }
}

const IMPATIENT = `not within ${PATIENCE_MS / 1000} seconds`;

function neverHealthy(service: string, why: string, lastLines: string): LocalFailure {
  const said = lastLines === '' ? 'it wrote nothing' : `its last lines:\n${lastLines.replace(/^/gm, '  ')}`;
  return new LocalFailure(`no task of ${service} gets healthy (${why}); ${said}`);
}
