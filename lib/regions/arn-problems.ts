import { Token } from 'aws-cdk-lib';

/** What the ARNs are of: a service, and what the name of its resource begins with. */
export interface ArnKind {
  readonly service: string;
  readonly resource: string;
}

/** ARNs by the region they are used in: a region takes what is of that region, and says so only when it is deployed. */
export function arnProblems(name: string, arns: Readonly<Record<string, string>>, kind: ArnKind): string[] {
  return Object.entries(arns)
    .filter(([region, arn]) => !Token.isUnresolved(arn) && !fits(arn, region, kind))
    .map(
      ([region, arn]) =>
        `${name}: '${arn}' cannot be used in ${region}: ` +
        `write arn:<partition>:${kind.service}:${region}:<account>:${kind.resource}<id>`,
    );
}

function fits(arn: string, region: string, { service, resource }: ArnKind): boolean {
  const [prefix, partition, ofService, ofRegion, account = '', ...rest] = arn.split(':');
  const id = rest.join(':');
  return (
    prefix === 'arn' &&
    /^aws[\w-]*$/.test(partition ?? '') &&
    ofService === service &&
    ofRegion === region &&
    /^\d{12}$/.test(account) &&
    id.startsWith(resource) &&
    id.length > resource.length
  );
}
