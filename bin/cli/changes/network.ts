import type { Resource } from '../template';
import { type Namer, nameOf } from './names';
import type { Fact } from './permissions';

interface Rule {
  readonly IpProtocol?: unknown;
  readonly FromPort?: unknown;
  readonly ToPort?: unknown;
  readonly CidrIp?: unknown;
  readonly CidrIpv6?: unknown;
  readonly SourceSecurityGroupId?: unknown;
  readonly SourcePrefixListId?: unknown;
  readonly GroupId?: unknown;
}

/** Who reaches what from the network: routes without a token, and the doors of security groups. */
export function networkFacts(logicalId: string, resource: Resource, named: Namer): Fact[] {
  const properties = resource.Properties ?? {};
  switch (resource.Type) {
    case 'AWS::ApiGatewayV2::Route':
      return (properties.AuthorizationType ?? 'NONE') === 'NONE' ? [openRoute(named(properties.RouteKey))] : [];
    case 'AWS::ApiGateway::Method':
      return (properties.AuthorizationType ?? 'NONE') === 'NONE' ? [openRoute(nameOf(logicalId, resource))] : [];
    case 'AWS::Lambda::Url':
      return properties.AuthType === 'NONE' ? [openRoute(`the URL of ${named(properties.TargetFunctionArn)}`)] : [];
    case 'AWS::EC2::SecurityGroup':
      return ([properties.SecurityGroupIngress ?? []].flat() as Rule[]).map((rule) =>
        door(rule, nameOf(logicalId, resource), named),
      );
    case 'AWS::EC2::SecurityGroupIngress':
      return [door(properties, named((properties as Rule).GroupId), named)];
    default:
      return [];
  }
}

function openRoute(item: string): Fact {
  return {
    item,
    sentence: (items, gained) =>
      gained
        ? `${items} can now be called without an authorizer`
        : `${items} can no longer be called without an authorizer`,
  };
}

function door(rule: Rule, group: string, named: Namer): Fact {
  const from = named(
    rule.CidrIp ?? rule.CidrIpv6 ?? rule.SourceSecurityGroupId ?? rule.SourcePrefixListId ?? 'somebody',
  );
  return {
    item: ports(rule, named),
    sentence: (items, gained) => `${from} ${gained ? 'may now' : 'may no longer'} reach ${items} of ${group}`,
  };
}

function ports({ IpProtocol, FromPort, ToPort }: Rule, named: Namer): string {
  if (String(IpProtocol) === '-1') return 'every port';
  return FromPort === ToPort ? `port ${named(FromPort)}` : `ports ${named(FromPort)} to ${named(ToPort)}`;
}
