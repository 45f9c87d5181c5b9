import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { type EndpointDomain, McpEndpoint, type McpRegion, type SecureMcpServerProps } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { notesDomain } from './domain';

/**
 * `-c endpoint=rest` puts a REST API in front, which streams and has AWS WAF. It needs a host name: `-c domain`, in the
 * zone `-c zone` with the id `-c zoneId`, which must be your own before you deploy. Of several regions each has the
 * host name of all.
 */
export function notesEndpoint(
  scope: Construct,
  { region, hostName }: { readonly region?: McpRegion; readonly hostName?: string },
): Pick<SecureMcpServerProps, 'endpoint' | 'initialScopes'> {
  const choice = String(scope.node.tryGetContext('endpoint') ?? 'http');
  if (choice === 'http') return { endpoint: region && McpEndpoint.httpApi({ domain: region.endpointDomain(scope) }) };
  if (choice !== 'rest') throw new Error(`endpoint '${choice}' is not known: use http or rest`);
  return {
    endpoint: McpEndpoint.restApi({ domain: region?.endpointDomain(scope) ?? ownDomain(scope, hostName) }),
    // Behind a REST API most clients cannot ask for more later.
    initialScopes: ['notes:read', 'notes:write'],
  };
}

function ownDomain(scope: Construct, hostName?: string): EndpointDomain {
  const { hostedZoneId, zoneName, domainName: all } = notesDomain(scope);
  const domainName = hostName ?? all;
  const hostedZone = HostedZone.fromHostedZoneAttributes(scope, 'Zone', { hostedZoneId, zoneName });
  const certificate = new Certificate(scope, 'Certificate', {
    domainName,
    validation: CertificateValidation.fromDns(hostedZone),
  });
  return { domainName, certificate, hostedZone };
}
