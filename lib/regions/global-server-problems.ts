import { Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { quoted } from '../private/errors';
import { hostNameProblem } from '../private/web-addresses';
import { arnProblems } from './arn-problems';
import { type McpGlobalServerProps, RegionRouting } from './global-server-props';

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d$/;

/** What is wrong with a server in several regions, in words. */
export function globalServerProblems(props: McpGlobalServerProps, name: string): string[] {
  return [
    ...regionProblems(props),
    ...accountProblems(props),
    ...nameProblems(name),
    ...domainProblems(props),
    ...keyProblems(props),
  ];
}

function regionProblems({ regions, routing, only, userPool }: McpGlobalServerProps): string[] {
  const problems: string[] = [];
  const odd = regions.filter((region) => !REGION.test(region));
  if (odd.length > 0) problems.push(`${quoted(odd)} is no region: write it as in 'eu-central-1'`);
  if (regions.length < 2) problems.push('`regions` needs two or more: for one region use SecureMcpServer alone');
  if (new Set(regions).size < regions.length) problems.push('a region stands twice in `regions`: remove one');
  const partitions = new Set(regions.flatMap((region) => RegionInfo.get(region).partition ?? []));
  if (partitions.size > 1) {
    problems.push(
      `\`regions\` are in ${quoted([...partitions])}, which share no account: make a McpGlobalServer for each`,
    );
  }
  if (routing === RegionRouting.FAILOVER && regions.length > 2) {
    problems.push(`RegionRouting.FAILOVER takes two regions, not ${regions.length}: use RegionRouting.LATENCY`);
  }
  if (userPool?._keyArn !== undefined && regions.length > 2) {
    problems.push(
      `UserPoolStrategy.replicated takes two regions, not ${regions.length}: Cognito replicates a pool to one; use ` +
        'UserPoolStrategy.primaryRegion(), or a provider that exists with McpAuthorization.oidc',
    );
  }
  const foreign = only?.filter((region) => !regions.includes(region)) ?? [];
  if (foreign.length > 0) problems.push(`\`only\` names ${quoted(foreign)}, which \`regions\` does not: add it there`);
  if (only?.length === 0) problems.push('`only` is empty, so nothing would be built: name a region, or leave it out');
  return problems;
}

function accountProblems({ account }: McpGlobalServerProps): string[] {
  return account === undefined || Token.isUnresolved(account) || /^\d{12}$/.test(account)
    ? []
    : [`account '${account}' is none: write its twelve digits, or leave it out`];
}

function nameProblems(name: string): string[] {
  return /^[A-Za-z][A-Za-z0-9-]{2,39}$/.test(name)
    ? []
    : [`name '${name}' is not allowed: use 3 to 40 letters, digits and hyphens, beginning with a letter`];
}

function domainProblems({ domain, regions }: McpGlobalServerProps): string[] {
  const { domainName, zoneName, hostedZoneId, certificateArns = {} } = domain;
  if (Token.isUnresolved(domainName) || Token.isUnresolved(zoneName)) {
    return ['`domainName` and `zoneName` are known only at deploy time: write them as text, every region must agree'];
  }
  const problem = hostNameProblem(domainName);
  const foreign = Object.keys(certificateArns).filter((region) => !regions.includes(region));
  return [
    ...(problem ? [`domainName '${domainName}' ${problem}`] : []),
    ...(domainName === zoneName || domainName.endsWith(`.${zoneName}`)
      ? []
      : [`domainName '${domainName}' is not in the zone '${zoneName}': name the zone it is in`]),
    ...(Token.isUnresolved(hostedZoneId) || /^[A-Z0-9]{1,32}$/.test(hostedZoneId)
      ? []
      : [`hostedZoneId '${hostedZoneId}' is none: write the id that Route 53 shows, such as 'Z0123456789ABCDEFGHIJ'`]),
    ...(foreign.length > 0 ? [`\`certificateArns\` names ${quoted(foreign)}, which \`regions\` does not`] : []),
    ...arnProblems('certificateArns', certificateArns, { service: 'acm', resource: 'certificate/' }),
  ];
}

/** A table's replicas are all encrypted with keys of one kind. */
function keyProblems({ encryptionKeyArns, regions, userPool }: McpGlobalServerProps): string[] {
  const missing = encryptionKeyArns ? regions.filter((region) => encryptionKeyArns[region] === undefined) : [];
  const pool = userPool?._keyArn === undefined ? {} : { [regions[0] ?? '']: userPool._keyArn };
  return [
    ...(missing.length > 0
      ? [`\`encryptionKeyArns\` has no key for ${quoted(missing)}: give one for every region, or none`]
      : []),
    ...arnProblems('encryptionKeyArns', encryptionKeyArns ?? {}, { service: 'kms', resource: 'key/' }),
    ...arnProblems('the key of UserPoolStrategy.replicated', pool, { service: 'kms', resource: 'key/mrk-' }),
  ];
}
