import type { GlobalDomain } from 'cdk-mcp';
import type { Construct } from 'constructs';

/** The host name and where its records are: `-c domain`, `-c zone` and `-c zoneId`. What is not given is nobody's. */
export function notesDomain(scope: Construct): GlobalDomain {
  const given = (name: string, otherwise: string) => String(scope.node.tryGetContext(name) ?? otherwise);
  const zoneName = given('zone', 'example.com');
  return { domainName: given('domain', `mcp.${zoneName}`), hostedZoneId: given('zoneId', 'Z0000000EXAMPLE'), zoneName };
}
