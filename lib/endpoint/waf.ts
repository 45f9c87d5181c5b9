import { Annotations, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import { failOnProblems } from '../private/errors';
import { webAclArnProblems } from './waf-problems';
import type { StandardWafProps } from './waf-props';
import { createWebAcl, type WafContext } from './web-acl';

/** Which AWS WAF stands in front of an endpoint. */
export class McpWaf {
  /**
   * A web ACL of this server's own: AWS's lists of addresses of ill repute and of inputs that are known to be attacks,
   * and limits for each source address and each Authorization header. Bodies are looked at up to 64 KB and only
   * counted: code and markup are what MCP messages carry. Over a limit the answer is 429 with `Retry-After`, to
   * everybody else who is turned away 403. What is blocked or counted is logged, without credentials and query.
   *
   * Throws, when an endpoint uses it, for limits, ranges and countries that AWS WAF does not know.
   *
   * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
   */
  public static standard(props: StandardWafProps = {}): McpWaf {
    return new McpWaf(
      new BindOnce('McpWaf.standard', (scope, context: WafContext) => createWebAcl(scope, props, context)),
    );
  }

  /**
   * A web ACL that exists: regional, in the stack's region. **Not** verified: what is in it. A rule that blocks bodies
   * over 8 KB, or with code in them, also blocks MCP messages.
   *
   * Throws, when an endpoint uses it, for an ARN of something else and of another region.
   */
  public static webAcl(webAclArn: string): McpWaf {
    return new McpWaf(
      new BindOnce('McpWaf.webAcl', (scope) => {
        failOnProblems(scope, webAclArnProblems(webAclArn, Stack.of(scope).region));
        return webAclArn;
      }),
    );
  }

  /**
   * None: what reaches the API is bounded by its throttle and the guard alone. Adds a warning at synth.
   */
  public static without(): McpWaf {
    return new McpWaf(
      new BindOnce('McpWaf.without', (scope) => {
        Annotations.of(scope).addWarningV2(
          'cdk-mcp:withoutWaf',
          'no AWS WAF stands in front of this endpoint: use McpWaf.standard(), or McpWaf.webAcl() with one of your own',
        );
        return undefined;
      }),
    );
  }

  private constructor(private readonly choice: BindOnce<WafContext, string | undefined>) {}

  /**
   * The ARN of the web ACL; undefined: there is none.
   *
   * @internal
   */
  public _bind(scope: Construct, context: WafContext): string | undefined {
    return this.choice.bind(scope, context);
  }
}
