import { type ContainersSpec, peerOf } from '../deployment/containers/containers';
import { mayConnect } from '../deployment/containers/firewall';
import type { SecretSpec } from '../deployment/secrets';
import { LocalFailure } from '../failure';
import type { Preload } from '../functions/preload';
import type { OriginRow } from '../template/origins';
import { type ForwardRequest, type ForwardResponse, LoadBalancer } from './load-balancer';
import { Reaper } from './reaper';
import { ServiceHost } from './service-host';
import { TargetGroup } from './target-group';

export interface ContainerHostParts {
  readonly region: string;
  readonly origins: readonly OriginRow[];
  readonly secrets: readonly SecretSpec[];
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly preload?: Preload;
  /** @param source service and container */
  log(source: string, line: string): void;
}

/** Everything that runs in containers, and the way in. */
export class ContainerHost {
  private readonly balancers = new Map<string, LoadBalancer>();
  readonly services: ServiceHost[] = [];
  private reaper?: Reaper;

  private constructor(private readonly spec: ContainersSpec) {}

  /** Resolves when all tasks of all services are healthy. */
  static async start(spec: ContainersSpec, parts: ContainerHostParts): Promise<ContainerHost> {
    const host = new ContainerHost(spec);
    const groups = new Map(spec.targetGroups.map((group) => [group.arn, new TargetGroup(group)]));
    for (const balancer of spec.loadBalancers) host.balancers.set(balancer.arn, new LoadBalancer(balancer, groups));
    if (spec.services.length === 0) return host;
    const reaper = new Reaper();
    host.reaper = reaper;
    try {
      for (const service of spec.services) {
        host.services.push(
          await ServiceHost.start(service, groups, {
            ...parts,
            reaper,
            cluster: service.cluster,
            path: process.env.PATH ?? '',
            log: (container, line) => parts.log(`${service.logicalId}.${container}`, line),
          }),
        );
      }
    } catch (error) {
      await host.close();
      throw error;
    }
    return host;
  }

  /** The name a listener's load balancer has in the VPC. */
  nameOf(listenerArn: string): string {
    return this.listener(listenerArn).balancer.dnsName;
  }

  /** The listener of a load balancer at a port, or the one that is named itself. */
  listenerArnOf(targetArn: string, port: number): string {
    const balancer = this.spec.loadBalancers.find(({ arn }) => arn === targetArn);
    if (balancer === undefined) return targetArn;
    const listener = balancer.listeners.find((candidate) => candidate.port === port);
    if (listener === undefined) throw new LocalFailure(`${balancer.dnsName} has no listener on port ${port}`);
    return listener.arn;
  }

  /** Through a VPC link to a listener; undefined where security groups keep the link away from it. */
  async forward(linkId: string, listenerArn: string, request: ForwardRequest): Promise<ForwardResponse | undefined> {
    const { balancer, listener } = this.listener(listenerArn);
    const link = this.spec.links.find(({ id }) => id === linkId);
    if (!link) throw new LocalFailure(`the VPC link ${linkId} is not part of the app`);
    const from = peerOf(this.spec, link);
    if (!mayConnect(this.spec.firewall, from, peerOf(this.spec, balancer), listener.port)) return undefined;
    return this.balancers.get(balancer.arn)?.forward(listener, request);
  }

  async redeploy(): Promise<void> {
    for (const service of this.services) await service.redeploy();
  }

  async close(): Promise<void> {
    await Promise.all(this.services.map((service) => service.close()));
    for (const balancer of this.balancers.values()) balancer.close();
    this.reaper?.close();
  }

  private listener(arn: string) {
    for (const balancer of this.spec.loadBalancers) {
      const listener = balancer.listeners.find((candidate) => candidate.arn === arn);
      if (listener) return { balancer, listener };
    }
    throw new LocalFailure(`the listener ${arn} is not part of the app`);
  }
}
