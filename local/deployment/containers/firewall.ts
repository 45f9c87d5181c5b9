import { BlockList, isIPv4 } from 'node:net';
import type { Stack } from '../../template/stack';
import { type Resource, resourcesOf } from '../reader';

/** One rule of a security group. */
export interface FirewallRule {
  /** `tcp`, or `-1` for every protocol. */
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** The security group at the other end. */
  readonly group?: string;
  /** Or its addresses. */
  readonly cidr?: string;
}

export interface SecurityGroup {
  readonly ingress: readonly FirewallRule[];
  readonly egress: readonly FirewallRule[];
}

export type Firewall = ReadonlyMap<string, SecurityGroup>;

/** One end of a connection: its security groups and the address ranges of its subnets. */
export interface Peer {
  readonly groups: readonly string[];
  readonly ranges: readonly string[];
}

const EVERYWHERE: FirewallRule = { protocol: '-1', from: 0, to: 65_535, cidr: '0.0.0.0/0' };

/**
 * Whether security groups let a connection pass: one rule of the caller's groups lets it out, one of the called's
 * lets it in. Answers need no rule.
 * https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 */
export function mayConnect(firewall: Firewall, from: Peer, to: Peer, port: number): boolean {
  const out = from.groups.flatMap((group) => firewall.get(group)?.egress ?? []);
  const into = to.groups.flatMap((group) => firewall.get(group)?.ingress ?? []);
  return out.some((rule) => fits(rule, to, port)) && into.some((rule) => fits(rule, from, port));
}

function fits(rule: FirewallRule, other: Peer, port: number): boolean {
  if (rule.protocol !== '-1' && (rule.protocol !== 'tcp' || port < rule.from || port > rule.to)) return false;
  if (rule.group !== undefined) return other.groups.includes(rule.group);
  const { cidr } = rule;
  return cidr !== undefined && other.ranges.length > 0 && other.ranges.every((range) => contains(cidr, range));
}

/** Whether a range lies in another; IPv6 never does, as nothing here has such an address. */
function contains(outer: string, inner: string): boolean {
  const [network = '', prefix = '32'] = outer.split('/');
  const [address = '', innerPrefix = '32'] = inner.split('/');
  if (!isIPv4(network) || !isIPv4(address) || Number(innerPrefix) < Number(prefix)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), 'ipv4');
  return list.check(address, 'ipv4');
}

/** The security groups of the app, rules written in them and beside them. */
export function readFirewall(stacks: readonly Stack[]): Firewall {
  const ingress = resourcesOf(stacks, 'AWS::EC2::SecurityGroupIngress').map(ownRule);
  const egress = resourcesOf(stacks, 'AWS::EC2::SecurityGroupEgress').map(ownRule);
  const groups = resourcesOf(stacks, 'AWS::EC2::SecurityGroup').map((resource): [string, SecurityGroup] => {
    const beside = (rules: readonly { group: string; rule: FirewallRule }[]) =>
      rules.filter(({ group }) => group === resource.id).map(({ rule }) => rule);
    const out = [...rulesIn(resource, 'SecurityGroupEgress'), ...beside(egress)];
    return [
      resource.id,
      {
        ingress: [...rulesIn(resource, 'SecurityGroupIngress'), ...beside(ingress)],
        // Without a rule for what leaves, EC2 keeps the one that lets everything out.
        egress: out.length > 0 ? out : [EVERYWHERE],
      },
    ];
  });
  return new Map(groups);
}

interface RuleProperties {
  readonly IpProtocol?: string | number;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: string;
  readonly SourceSecurityGroupId?: string;
  readonly DestinationSecurityGroupId?: string;
}

function rulesIn(resource: Resource, property: string): FirewallRule[] {
  return (resource.property<RuleProperties[]>(property) ?? []).map(ruleOf);
}

function ownRule(resource: Resource): { group: string; rule: FirewallRule } {
  const of = <T>(name: string) => resource.property<T>(name);
  return {
    group: resource.required<string>('GroupId'),
    rule: ruleOf({
      IpProtocol: of('IpProtocol'),
      FromPort: of('FromPort'),
      ToPort: of('ToPort'),
      CidrIp: of('CidrIp'),
      SourceSecurityGroupId: of('SourceSecurityGroupId'),
      DestinationSecurityGroupId: of('DestinationSecurityGroupId'),
    }),
  };
}

function ruleOf(rule: RuleProperties): FirewallRule {
  return {
    protocol: String(rule.IpProtocol ?? '-1'),
    from: Number(rule.FromPort ?? 0),
    to: Number(rule.ToPort ?? 65_535),
    group: rule.SourceSecurityGroupId ?? rule.DestinationSecurityGroupId,
    cidr: rule.CidrIp,
  };
}
