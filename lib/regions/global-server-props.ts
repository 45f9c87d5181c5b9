import type { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { McpRegion } from './region';
import type { UserPoolStrategy } from './user-pool-strategy';

/** How callers are spread over the regions. */
export enum RegionRouting {
  /** Each caller goes to the healthy region with the least latency. */
  LATENCY = 'LATENCY',
  /** All go to the primary region, and to the second one while the first is not healthy. Takes two regions. */
  FAILOVER = 'FAILOVER',
}

/** Makes the stack of one region. */
export interface IRegionalStacks {
  /**
   * Called once for each region. The stack holds exactly one `SecureMcpServer`, which is given `region` and
   * `region.endpointDomain(...)`; everything else in it is the caller's, and is there once in each region.
   *
   * @param scope of the new stack
   * @param id of the new stack
   * @param region of the new stack: give it `env: region.env`
   */
  createStack(scope: Construct, id: string, region: McpRegion): Stack;
}

/** The one host name of all regions, and where its records are. */
export interface GlobalDomain {
  /**
   * The host name, such as `mcp.example.com`.
   */
  readonly domainName: string;

  /**
   * The id of the public hosted zone that gets a record for each region.
   */
  readonly hostedZoneId: string;

  /**
   * The name of that zone, such as `example.com`.
   */
  readonly zoneName: string;

  /**
   * ARNs of certificates for the host name, by region. API Gateway takes one of its own region.
   *
   * @default - each region gets a certificate, validated by a record in the zone
   */
  readonly certificateArns?: { [region: string]: string };
}

/** One MCP server in several regions. */
export interface McpGlobalServerProps {
  /**
   * The regions, at least two of one account; the first is the primary one: its stack declares the tables, the user
   * pool and the secrets, which are replicated to the others, so it is deployed first. Making another region the
   * primary replaces all of them.
   */
  readonly regions: string[];

  /**
   * Makes the stack of one region, the same for each.
   */
  readonly stacks: IRegionalStacks;

  /**
   * The one host name. It is the same everywhere, and so are issuer, resource and the audience of tokens.
   */
  readonly domain: GlobalDomain;

  /**
   * How callers are spread over the regions.
   *
   * @default RegionRouting.LATENCY
   */
  readonly routing?: RegionRouting;

  /**
   * Where people sign in.
   *
   * @default UserPoolStrategy.primaryRegion()
   */
  readonly userPool?: UserPoolStrategy;

  /**
   * ARNs of the KMS keys that tables and secrets are encrypted with: one for every region, or none. Each key's policy
   * must let the account's IAM policies use it. Give `region.encryptionKey(...)` to the server as well.
   *
   * @default - keys of AWS
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * What the names of replicated tables and secrets begin with: 3 to 40 letters, digits and `-`. Another name is
   * another server, without the state of the first.
   *
   * @default - the construct's id
   */
  readonly name?: string;

  /**
   * The account of all stacks.
   *
   * @default - the account of the credentials with which it is deployed
   */
  readonly account?: string;

  /**
   * The regions built here, where a pipeline deploys them in waves: each of its stages then makes this construct anew
   * with one region. The first wave is the primary region.
   *
   * @default - all regions, the others depending on the primary one
   */
  readonly only?: string[];
}
