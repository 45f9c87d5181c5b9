import { Stack, Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { hostNameProblem } from '../private/web-addresses';
import type { EndpointDomain } from './http-api-props';

/** Everything wrong with a host name of one's own, in words that say what to write instead. */
export function domainProblems(scope: Construct, domain: Partial<EndpointDomain>): string[] {
  const { domainName, certificate, hostedZone } = domain;
  return [
    domainName === undefined
      ? missing('domainName', "the host name, such as 'mcp.example.com'")
      : (nameProblem(domainName) ?? zoneProblem(domainName, hostedZone)),
    certificate === undefined
      ? missing('certificate', 'one for the host name in the region of the stack')
      : certificateProblem(scope, certificate),
    hostedZone === undefined ? missing('hostedZone', 'the zone that the host name is in') : undefined,
  ].filter((problem) => problem !== undefined);
}

function missing(name: keyof EndpointDomain, what: string): string {
  return `the domain has no \`${name}\`: give ${what}`;
}

function nameProblem(domainName: string): string | undefined {
  if (Token.isUnresolved(domainName)) return undefined;
  const problem = hostNameProblem(domainName);
  return problem && `domainName '${domainName}' ${problem}`;
}

/** A record outside its zone is refused by Route 53, when everything else is made. */
function zoneProblem(domainName: string, hostedZone: IHostedZone | undefined): string | undefined {
  const zoneName = hostedZone && zoneNameOf(hostedZone);
  if (zoneName === undefined || Token.isUnresolved(zoneName) || Token.isUnresolved(domainName)) return undefined;
  const zone = zoneName.replace(/\.$/, '').toLowerCase();
  if (domainName === zone || domainName.endsWith(`.${zone}`)) return undefined;
  return `domainName '${domainName}' is not in the hosted zone '${zone}': give the zone it is in`;
}

/**
 * API Gateway takes a certificate of its own region alone. An imported one says it in its ARN alone.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
 */
function certificateProblem(scope: Construct, certificate: ICertificate): string | undefined {
  const { certificateArn: arn, env } = certificate;
  const here = Stack.of(scope).region;
  const there = Token.isUnresolved(arn) ? env.region : arn.split(':')[3];
  if (there === undefined || there === here || Token.isUnresolved(there) || Token.isUnresolved(here)) return undefined;
  return `the certificate of the domain is in '${there}': give one of the stack's region, ${here}`;
}

/** Not known of a zone that was imported by its id alone. */
function zoneNameOf(hostedZone: IHostedZone): string | undefined {
  try {
    return hostedZone.zoneName;
  } catch {
    return undefined;
  }
}
