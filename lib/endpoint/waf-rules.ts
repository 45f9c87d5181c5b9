import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import type { StandardWafProps } from './waf-props';
import { tooManyRequests } from './waf-refusal';

/** A rule without its place and its metric. */
export type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

const WINDOW_SECONDS = 300;

/**
 * Rules that read bodies, in which MCP messages may say what an attack says: whoever writes about it, for one.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html
 */
const BODY_RULES = ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'];

/** Whom the owner turns away, before anything else is asked. */
export function addressRules({ blockedCountries = [] }: StandardWafProps, ipSets: readonly string[]): Rule[] {
  const byAddress = ipSets.map((arn, index) => ({
    name: `BlockedAddresses${index}`,
    action: { block: {} },
    statement: { ipSetReferenceStatement: { arn } },
  }));
  if (blockedCountries.length === 0) return byAddress;
  const countryCodes = [...blockedCountries];
  const byCountry = {
    name: 'BlockedCountries',
    action: { block: {} },
    statement: { geoMatchStatement: { countryCodes } },
  };
  return [...byAddress, byCountry];
}

/**
 * In the order of what they cost whom: lists of AWS's first, so that nobody listed uses up a limit.
 * @param crossOrigin whether pages may read what the limits answer
 */
export function rules(
  { requestsPerAddress, requestsPerAuthorization }: StandardWafProps,
  mcpPath: string,
  crossOrigin: boolean,
): Rule[] {
  const overLimit = tooManyRequests(crossOrigin);
  return [
    managed('AmazonIpReputationList', []),
    managed('KnownBadInputsRuleSet', BODY_RULES),
    {
      name: 'PerAddress',
      action: overLimit,
      statement: {
        rateBasedStatement: {
          limit: requestsPerAddress ?? 10_000,
          evaluationWindowSec: WINDOW_SECONDS,
          aggregateKeyType: 'IP',
        },
      },
    },
    {
      name: 'PerAuthorization',
      action: overLimit,
      statement: {
        rateBasedStatement: {
          limit: requestsPerAuthorization ?? 3_000,
          evaluationWindowSec: WINDOW_SECONDS,
          aggregateKeyType: 'CUSTOM_KEYS',
          customKeys: [{ header: { name: 'authorization', textTransformations: [{ priority: 0, type: 'NONE' }] } }],
          // Clients of the token endpoint have an Authorization header too.
          scopeDownStatement: {
            byteMatchStatement: {
              fieldToMatch: { uriPath: {} },
              positionalConstraint: 'EXACTLY',
              searchString: mcpPath,
              textTransformations: [{ priority: 0, type: 'NONE' }],
            },
          },
        },
      },
    },
  ];
}

function managed(name: string, counted: readonly string[]): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: `AWSManagedRules${name}`,
        ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}
