import type { ThrottleSettings } from 'aws-cdk-lib/aws-apigateway';
import type { EndpointDomain } from './http-api-props';
import type { McpWaf } from './waf';

/** An API Gateway REST API in front of an MCP server. */
export interface RestApiEndpointProps {
  /**
   * The host name. It is required: the API's own address has the stage in its path, so that clients would not find the
   * well-known documents, and it is switched off.
   */
  readonly domain: EndpointDomain;

  /**
   * The path of the MCP URL. It begins with a slash and does not end with one: clients add a slash to an
   * address without a path, and would then not find what they look for.
   *
   * @default '/mcp'
   */
  readonly path?: string;

  /**
   * Web pages that may call the server from a browser, as origins: scheme, host and port.
   *
   * @default - none; any page may read the public documents and call the token, revocation and registration
   * endpoints, without credentials
   */
  readonly allowedOrigins?: string[];

  /**
   * The most requests per second, and at once, that each MCP method takes from all callers together.
   * The public documents and each route of the authorization server have a lower limit of their own. The rate is above
   * 0, the burst a whole number from 1.
   *
   * @default - 100 per second, 200 at once
   */
  readonly throttle?: ThrottleSettings;

  /**
   * The AWS WAF in front of the API.
   *
   * @default McpWaf.standard()
   */
  readonly waf?: McpWaf;

  /**
   * Whether this stack gives API Gateway the role with which it writes logs. It is one setting for the whole account
   * and region, which stays when the stack is destroyed; without it REST APIs cannot log, and the stack cannot be
   * created. Choose false where something else sets it.
   *
   * @default true
   */
  readonly cloudWatchRole?: boolean;
}
