import { type Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fail, failOnProblems } from '../private/errors';
import { globalServerProblems } from './global-server-problems';
import { type McpGlobalServerProps, RegionRouting } from './global-server-props';
import { McpRegion } from './region';

/**
 * One MCP server in several regions: one stack for each, made by one definition, behind one host name. Tokens,
 * grants and sessions of one region are good in every other.
 *
 * What is used once (a code, a sign-in under way, a refresh token) belongs to the region that made it and is decided
 * there, wherever it is presented. A refresh goes on from the replica while that region is away; codes and sign-ins
 * begin again. See docs/regions.md for what may happen while regions cannot reach each other.
 *
 * Throws for regions, names, ids and ARNs that could not work, and for a stack that is not in its region. Not verified: that
 * what they name is there.
 */
export class McpGlobalServer extends Construct {
  /** The stacks that were built here, in the order of `regions`. */
  public readonly stacks: Stack[];

  public constructor(scope: Construct, id: string, props: McpGlobalServerProps) {
    super(scope, id);
    const name = props.name ?? id;
    failOnProblems(this, globalServerProblems(props, name));
    const built = props.regions.filter((region) => props.only?.includes(region) ?? true);
    const stacks = built.map((region) => this.createStack(props, name, region));
    const [primary, ...others] = stacks;
    // The others read what the primary stack keeps for them.
    if (built[0] === props.regions[0]) for (const other of others) other.addStackDependency(primary!);
    this.stacks = stacks;
  }

  private createStack(props: McpGlobalServerProps, name: string, region: string): Stack {
    const { regions, domain, account, encryptionKeyArns = {} } = props;
    const plan = { name, region, regions, keyArns: encryptionKeyArns, poolKeyArn: props.userPool?._keyArn };
    const routing = props.routing ?? RegionRouting.LATENCY;
    const stack = props.stacks.createStack(this, region, McpRegion._of({ plan, domain, routing, account }));
    if (Token.isUnresolved(stack.region) || stack.region !== region) {
      fail(this, `the stack for '${region}' is not in that region: give it \`env: region.env\``);
    }
    return stack;
  }
}
