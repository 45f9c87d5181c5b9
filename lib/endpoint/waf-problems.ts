import { isIP } from 'node:net';
import { Token } from 'aws-cdk-lib';
import type { StandardWafProps } from './waf-props';

/** The bounds that AWS WAF sets for a rate. */
const [LEAST, MOST] = [10, 2_000_000_000];

/** Everything wrong with the settings of a web ACL, in words that say what to write instead. */
export function wafProblems(props: StandardWafProps): string[] {
  return [
    ...rateProblem('requestsPerAddress', props.requestsPerAddress),
    ...rateProblem('requestsPerAuthorization', props.requestsPerAuthorization),
    ...(props.blockedAddresses ?? []).flatMap(rangeProblem),
    ...(props.blockedCountries ?? []).flatMap(countryProblem),
  ];
}

/** What cannot be put in front of an API of this region. */
export function webAclArnProblems(arn: string, region: string): string[] {
  if (Token.isUnresolved(arn)) return [];
  const there = /^arn:[a-z-]+:wafv2:([a-z0-9-]+):\d{12}:regional\/webacl\/[^/]+\/[^/]+$/.exec(arn)?.[1];
  if (there === undefined) {
    return [
      `'${arn}' is no ARN of a regional web ACL: write one as in 'arn:aws:wafv2:eu-central-1:111122223333:regional/` +
        "webacl/name/id'; one of CloudFront's (global) takes no API",
    ];
  }
  if (Token.isUnresolved(region) || there === region) return [];
  return [`web ACL '${arn}' is in ${there}: use one of the stack's region, ${region}`];
}

function rateProblem(name: string, value: number | undefined): string[] {
  if (value === undefined || Token.isUnresolved(value)) return [];
  if (Number.isInteger(value) && value >= LEAST && value <= MOST) return [];
  return [`\`${name}\` is ${value}: write a whole number of requests in five minutes, from ${LEAST} to ${MOST}`];
}

function rangeProblem(range: string): string[] {
  if (Token.isUnresolved(range)) return [];
  const [address = '', bits = '', ...more] = range.split('/');
  const longest = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  const length = /^\d{1,3}$/.test(bits) ? Number(bits) : 0;
  if (more.length === 0 && length >= 1 && length <= longest) return [];
  return [
    `'${range}' in \`blockedAddresses\` is no address range: write one as in '203.0.113.0/24' or '2001:db8::/32'`,
  ];
}

function countryProblem(country: string): string[] {
  if (Token.isUnresolved(country) || /^[A-Z]{2}$/.test(country)) return [];
  return [`'${country}' in \`blockedCountries\` is no country: write its two capital letters of ISO 3166`];
}
