import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { EndpointBinding, EndpointContext } from '../private/bindings';
import { bindHttpApi } from './bind-http-api';
import { bindRestApi } from './bind-rest-api';
import type { HttpApiEndpointProps } from './http-api-props';
import type { RestApiEndpointProps } from './rest-api-props';

/**
 * How an MCP server is reached: the public address, and what is checked before the server sees a request.
 */
export class McpEndpoint {
  /**
   * An API Gateway HTTP API. Its JWT authorizer checks issuer, signature, expiry, audience and one scope of
   * every MCP request; the guard behind it checks everything again and decides what may be called.
   *
   * TLS 1.2 or later; throttled; one JSON log line per request. It answers within 30 seconds, does not stream
   * and takes no AWS WAF.
   *
   * Throws, when a server uses it, for a path, host name, certificate, hosted zone, throttle or origin that would not
   * work, as far as synth knows them.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
   */
  public static httpApi(props: HttpApiEndpointProps = {}): McpEndpoint {
    return new McpEndpoint(
      new BindOnce('McpEndpoint.httpApi', (scope, context: EndpointContext) => bindHttpApi(scope, props, context)),
    );
  }

  /**
   * An API Gateway REST API, regional, under a host name of your own. Answers are streamed as they are written, for up
   * to 15 minutes; AWS WAF stands in front; a Lambda authorizer verifies the token of every MCP request whoever issued
   * it, and the challenge for a request without one is written at the edge (RFC 9728). The guard behind it checks
   * everything again and decides what may be called.
   *
   * TLS 1.2 or later; throttled; one JSON log line per request.
   *
   * A REST API renames the `WWW-Authenticate` header of what is behind it: a client that lacks a scope for one call
   * finds the challenge in the body alone (`docs/endpoints.md`).
   *
   * Throws, when a server uses it, without a domain, and for a path, host name, certificate, hosted zone, throttle,
   * origin or web ACL that would not work, as far as synth knows them.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
   */
  public static restApi(props: RestApiEndpointProps): McpEndpoint {
    return new McpEndpoint(
      new BindOnce('McpEndpoint.restApi', (scope, context: EndpointContext) => bindRestApi(scope, props, context)),
    );
  }

  private constructor(private readonly choice: BindOnce<EndpointContext, EndpointBinding>) {}

  /** @internal */
  public _bind(scope: Construct, context: EndpointContext): EndpointBinding {
    return this.choice.bind(scope, context);
  }
}
