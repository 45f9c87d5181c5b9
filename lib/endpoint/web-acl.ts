import { ArnFormat, Aws, Fn, Names, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import type { Construct } from 'constructs';
import type { StateOptions } from '../private/bindings';
import { failOnProblems } from '../private/errors';
import { wafProblems } from './waf-problems';
import type { StandardWafProps } from './waf-props';
import { REFUSAL_BODIES } from './waf-refusal';
import { addressRules, type Rule, rules } from './waf-rules';

/** Credentials, and a query that may hold codes and state of a sign-in, in no log. */
const SECRET_HEADERS = ['authorization', 'cookie'];

/** What a web ACL stands in front of. */
export interface WafContext {
  readonly mcpPath: string;
  /** Whether there are pages that may call. */
  readonly crossOrigin: boolean;
  readonly state: StateOptions;
}

/** A web ACL for one server; the ARN. */
export function createWebAcl(
  parent: Construct,
  props: StandardWafProps,
  { mcpPath, crossOrigin, state }: WafContext,
): string {
  failOnProblems(parent, wafProblems(props));
  const metricName = (name: string) => `${Names.uniqueResourceName(parent, { maxLength: 80, separator: '-' })}-${name}`;
  const all = [...addressRules(props, ipSets(parent, props)), ...rules(props, mcpPath, crossOrigin)];
  const acl = new wafv2.CfnWebACL(parent, 'WebAcl', {
    scope: 'REGIONAL',
    description: 'In front of an MCP server',
    defaultAction: { allow: {} },
    customResponseBodies: REFUSAL_BODIES,
    rules: all.map((rule, priority) => rendered(rule, priority, metricName(rule.name))),
    visibilityConfig: visible(metricName('WebAcl')),
    associationConfig: { requestBody: { API_GATEWAY: { defaultSizeInspectionLimit: 'KB_64' } } },
    dataProtectionConfig: {
      // Redaction alone would leave the header in the details of the rule that counts by it.
      dataProtections: [
        { field: { fieldType: 'SINGLE_HEADER', fieldKeys: SECRET_HEADERS }, action: 'HASH' },
        { field: { fieldType: 'QUERY_STRING' }, action: 'SUBSTITUTION' },
        { field: { fieldType: 'BODY' }, action: 'SUBSTITUTION' },
      ],
    },
  });
  logTo(createWafLogs(parent, state), acl);
  return acl.attrArn;
}

function rendered(rule: Rule, priority: number, metricName: string): wafv2.CfnWebACL.RuleProperty {
  return { ...rule, priority, visibilityConfig: visible(metricName) };
}

/** Sampled requests would show what is in no log. */
function visible(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: false, metricName };
}

/** AWS WAF keeps addresses of the two families apart. */
function ipSets(scope: Construct, { blockedAddresses = [] }: StandardWafProps): string[] {
  const families = [
    ['IPV4', blockedAddresses.filter((range) => !range.includes(':'))],
    ['IPV6', blockedAddresses.filter((range) => range.includes(':'))],
  ] as const;
  return families.flatMap(([ipAddressVersion, addresses]) =>
    addresses.length === 0
      ? []
      : [
          new wafv2.CfnIPSet(scope, `Blocked${ipAddressVersion}`, {
            scope: 'REGIONAL',
            ipAddressVersion,
            addresses: [...addresses],
          }).attrArn,
        ],
  );
}

/** AWS WAF writes to no log group of another name; the stack's UUID keeps it apart from one that an older left behind. */
function createWafLogs(scope: Construct, state: StateOptions): logs.LogGroup {
  const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));
  return new logs.LogGroup(scope, 'WafLogs', {
    logGroupName: `aws-waf-logs-${Names.uniqueResourceName(scope, { maxLength: 128, separator: '-' })}-${stackUuid}`,
    retention: state.logRetention,
    removalPolicy: state.removalPolicy,
    encryptionKey: state.encryptionKey,
  });
}

/** Requests that pass are in the access log. */
function logTo(logGroup: logs.LogGroup, acl: wafv2.CfnWebACL): void {
  new wafv2.CfnLoggingConfiguration(acl, 'Logging', {
    resourceArn: acl.attrArn,
    logDestinationConfigs: [
      Stack.of(acl).formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: logGroup.logGroupName,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
    redactedFields: [...SECRET_HEADERS.map((name) => ({ singleHeader: { Name: name } })), { queryString: {} }],
    loggingFilter: {
      DefaultBehavior: 'DROP',
      Filters: [
        {
          Behavior: 'KEEP',
          Requirement: 'MEETS_ANY',
          Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
        },
      ],
    },
  });
}
