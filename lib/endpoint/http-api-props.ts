import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigatewayv2';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IHostedZone } from 'aws-cdk-lib/aws-route53';
import type { DomainRouting } from './domain-routing';

/** An own host name for an MCP server. */
export interface EndpointDomain {
  /**
   * The host name, such as `mcp.example.com`. Changing it later changes the server's identity: scopes, audience
   * and every token.
   */
  readonly domainName: string;

  /**
   * Its certificate, in the stack's region. **Not** verified: that it is for this name.
   */
  readonly certificate: ICertificate;

  /**
   * The zone that gets the address record. The host name is in it; of a zone imported by its id alone this is **not**
   * verified.
   */
  readonly hostedZone: IHostedZone;

  /**
   * How Route 53 chooses between this record and those of the same name in other regions.
   *
   * @default - it is the only record of its name
   */
  readonly routing?: DomainRouting;
}

/** An API Gateway HTTP API in front of an MCP server. */
export interface HttpApiEndpointProps {
  /**
   * The path of the MCP URL. It begins with a slash and does not end with one: clients add a slash to an
   * address without a path, and would then not find what they look for.
   *
   * @default '/mcp'
   */
  readonly path?: string;

  /**
   * An own host name. The API's own one is then switched off.
   *
   * @default - a host name of API Gateway's
   */
  readonly domain?: EndpointDomain;

  /**
   * Web pages that may call the server from a browser, as origins: scheme, host and port.
   *
   * API Gateway then answers for the whole API, and cannot leave routes out: these origins may also read the consent
   * page, but without cookies, so that it is of no use to them.
   *
   * @default - none; any page may read the public documents and call the token, revocation and registration
   * endpoints, without credentials
   */
  readonly allowedOrigins?: string[];

  /**
   * The most requests per second, and at once, that each MCP route takes from all callers together.
   * The public documents and each route of the authorization server have a lower limit of their own. The rate is above
   * 0, the burst a whole number from 1.
   *
   * @default - 100 per second, 200 at once
   */
  readonly throttle?: ThrottleSettings;
}
