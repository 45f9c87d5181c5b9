import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';

const TOO_MANY_REQUESTS = 'TooManyRequests';

/**
 * Seconds. AWS WAF estimates a rate anew all the time, newest requests first, and usually notices within 30 seconds
 * that there are fewer.
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-caveats.html
 */
const RETRY_AFTER = '60';

/** The body of a web ACL's own, by its name. It is fixed: AWS WAF knows no id of the request to put in. */
export const REFUSAL_BODIES: Readonly<Record<string, CfnWebACL.CustomResponseBodyProperty>> = {
  [TOO_MANY_REQUESTS]: {
    contentType: 'APPLICATION_JSON',
    content: JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message: 'Too many requests' }, id: null }),
  },
};

/**
 * What a rate rule answers, instead of the 403 of other rules: a client gives up over that one, and comes back after
 * this one. It goes before any gateway response, so that pages read it only by headers of its own.
 * https://docs.aws.amazon.com/waf/latest/developerguide/customizing-the-response-for-blocked-requests.html
 */
export function tooManyRequests(crossOrigin: boolean): CfnWebACL.RuleActionProperty {
  const headers = {
    'Retry-After': RETRY_AFTER,
    ...(crossOrigin ? { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After' } : {}),
  };
  const responseHeaders = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return {
    block: { customResponse: { responseCode: 429, customResponseBodyKey: TOO_MANY_REQUESTS, responseHeaders } },
  };
}
