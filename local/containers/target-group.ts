import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TargetGroupSpec, TargetHealthCheck } from '../deployment/containers/target-groups';
import { HASTE } from './task';

const QUICKEST_MS = 100;

/** One registered target and what is known of it. */
export interface Target {
  /** Where it listens here. */
  readonly port: number;
  /** For checks on a port of their own: the task's ports here, by those in the account. */
  readonly ports: ReadonlyMap<number, number>;
  state: 'initial' | 'healthy' | 'unhealthy' | 'draining';
  /** Calls that run. */
  active: number;
}

/** The targets of a group, checked as the template says; a load balancer picks from them in turn. */
export class TargetGroup {
  private readonly targets = new Set<Target>();
  private turn = 0;

  constructor(readonly spec: TargetGroupSpec) {}

  register(port: number, ports: ReadonlyMap<number, number>): Target {
    const target: Target = { port, ports, state: 'initial', active: 0 };
    this.targets.add(target);
    void this.watch(target);
    return target;
  }

  /** No new calls; resolves when those that run are done, or have had their time. */
  async deregister(target: Target, atMostMs = Number.POSITIVE_INFINITY): Promise<void> {
    target.state = 'draining';
    const end = Date.now() + Math.min(this.spec.drainMs, atMostMs);
    while (target.active > 0 && Date.now() < end) await sleep(20);
    this.targets.delete(target);
  }

  /** Healthy targets in turn; where none is, those that failed, as load balancers do; undefined: none at all. */
  next(): Target | undefined {
    const of = (state: Target['state']) => [...this.targets].filter((target) => target.state === state);
    const healthy = of('healthy');
    const candidates = healthy.length > 0 ? healthy : of('unhealthy');
    this.turn += 1;
    const fewest = Math.min(...candidates.map(({ active }) => active));
    const equal = this.spec.leastBusyFirst ? candidates.filter(({ active }) => active === fewest) : candidates;
    return equal[this.turn % equal.length];
  }

  private async watch(target: Target): Promise<void> {
    const { healthCheck: check } = this.spec;
    const begun = Date.now();
    let passed = 0;
    let failed = 0;
    let proven = false;
    while (this.targets.has(target) && target.state !== 'draining') {
      const port = check.port === undefined ? target.port : (target.ports.get(check.port) ?? check.port);
      const good = await answers(port, check);
      passed = good ? passed + 1 : 0;
      failed = good ? 0 : failed + 1;
      // A new target needs one good answer alone, and has as long as it would have where checks are not hurried.
      const fresh = target.state === 'initial' && Date.now() - begun < check.intervalMs * check.unhealthy;
      if (!this.targets.has(target) || isDraining(target)) return;
      if (good && (target.state === 'initial' || passed >= check.healthy)) target.state = 'healthy';
      else if (!good && !fresh && failed >= check.unhealthy) target.state = 'unhealthy';
      proven ||= target.state === 'healthy';
      const pause = proven ? check.intervalMs : Math.max(check.intervalMs / HASTE, QUICKEST_MS);
      await sleep(pause, undefined, { ref: false });
    }
  }
}

/** It may have changed while a check was under way. */
function isDraining(target: Target): boolean {
  return target.state === 'draining';
}

/** Whether a check is answered in time with one of the status codes. */
function answers(port: number, check: TargetHealthCheck): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port,
        path: check.path,
        agent: false,
        timeout: check.timeoutMs,
        headers: { 'user-agent': 'ELB-HealthChecker/2.0' },
      },
      (incoming) => {
        incoming.resume();
        resolve(isAmong(incoming.statusCode ?? 0, check.codes));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(false));
    outgoing.on('close', () => resolve(false));
    outgoing.end();
  });
}

/** `200`, `200,204` or `200-299`. */
export function isAmong(status: number, codes: string): boolean {
  return codes.split(',').some((part) => {
    const [from, to = from] = part.trim().split('-').map(Number);
    return from !== undefined && status >= from && status <= Number(to);
  });
}
