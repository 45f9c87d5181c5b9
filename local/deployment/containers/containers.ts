import { LocalFailure } from '../../failure';
import type { OriginRow } from '../../template/origins';
import type { Stack } from '../../template/stack';
import { resourcesOf } from '../reader';
import { type Firewall, mayConnect, type Peer, readFirewall } from './firewall';
import { type LoadBalancerSpec, readLoadBalancers } from './load-balancers';
import { readServices, type ServiceSpec } from './services';
import { readTargetGroups, type TargetGroupSpec } from './target-groups';

/** What runs in containers, and the way there. */
export interface ContainersSpec {
  readonly services: readonly ServiceSpec[];
  readonly targetGroups: readonly TargetGroupSpec[];
  readonly loadBalancers: readonly LoadBalancerSpec[];
  readonly links: readonly VpcLinkSpec[];
  readonly firewall: Firewall;
  /** Address ranges of subnets, by their ids. */
  readonly ranges: ReadonlyMap<string, string>;
  /** What images ask for and nothing here does. */
  readonly notes: readonly string[];
}

/** The network interfaces through which an API reaches into a VPC. */
export interface VpcLinkSpec {
  readonly id: string;
  readonly securityGroups: readonly string[];
  readonly subnets: readonly string[];
}

export function readContainers(stacks: readonly Stack[], origins: readonly OriginRow[]): ContainersSpec {
  const services = readServices(stacks, origins);
  const containers: ContainersSpec = {
    services,
    targetGroups: readTargetGroups(stacks),
    loadBalancers: readLoadBalancers(stacks),
    links: resourcesOf(stacks, 'AWS::ApiGatewayV2::VpcLink').map((link) => ({
      id: link.id,
      securityGroups: link.property<string[]>('SecurityGroupIds') ?? [],
      subnets: link.property<string[]>('SubnetIds') ?? [],
    })),
    firewall: services.length > 0 ? readFirewall(stacks) : new Map(),
    ranges: services.length > 0 ? rangesIn(stacks) : new Map(),
    notes: services.flatMap(notesOf),
  };
  for (const service of services) checkReachable(containers, service);
  return containers;
}

/** One end of a connection, for the firewall. */
export function peerOf(
  { ranges }: Pick<ContainersSpec, 'ranges'>,
  end: { readonly securityGroups: readonly string[]; readonly subnets: readonly string[] },
): Peer {
  return { groups: end.securityGroups, ranges: end.subnets.flatMap((subnet) => ranges.get(subnet) ?? []) };
}

function notesOf({ task }: ServiceSpec): string[] {
  return task.containers.flatMap(({ name, notRun }) =>
    notRun.map((step) => `${task.logicalId}, Dockerfile of ${name}: ${step}`),
  );
}

/** Health checks would never get through, so a deployment would never be done. */
function checkReachable(containers: ContainersSpec, service: ServiceSpec): void {
  for (const target of service.targets) {
    const balancer = containers.loadBalancers.find((candidate) => leadsTo(candidate, target.targetGroupArn));
    if (!balancer) continue;
    const open = mayConnect(
      containers.firewall,
      peerOf(containers, balancer),
      peerOf(containers, service),
      target.port,
    );
    if (!open) {
      throw new LocalFailure(
        `the security groups let nothing from ${balancer.logicalId} to port ${target.port} of ${service.logicalId}: its tasks would never be healthy`,
      );
    }
  }
}

function leadsTo(balancer: LoadBalancerSpec, targetGroupArn: string): boolean {
  return balancer.listeners.some((listener) =>
    listener.rules.some(
      ({ action }) => action.kind === 'forward' && action.groups.some(({ arn }) => arn === targetGroupArn),
    ),
  );
}

function rangesIn(stacks: readonly Stack[]): Map<string, string> {
  return new Map(
    resourcesOf(stacks, 'AWS::EC2::Subnet').flatMap((subnet): [string, string][] => {
      const range = subnet.property<string>('CidrBlock');
      return range === undefined ? [] : [[subnet.id, range]];
    }),
  );
}
