import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContainerHost } from '../containers/container-host';
import type { ApiSpec } from '../deployment/apis';
import { type InvokePermission, mayInvoke, routeSourceArn } from '../deployment/permissions';
import { unqualified } from '../deployment/unqualified';
import { newTraceId } from '../functions/function-host';
import type { Invokable } from '../functions/invocation';
import { checkFormat, type Exchange, formatAccessLog } from './access-log';
import { isPreflight, preflightResponse, withCors } from './cors';
import { isOwnHost, readBody, send } from './http';
import { type Integrated, integrate } from './integration';
import { JwtAuthorizer } from './jwt-authorizer';
import { challenge, type Grant, tokenOf } from './jwt-decision';
import { proxy } from './proxy';
import { type GatewayRequest, splitTarget, toEvent } from './request';
import { type GatewayResponse, gatewayMessage } from './response';
import { type RouteMatch, selectRoute } from './routes';
import { Throttles } from './throttle';

export interface GatewayParts {
  readonly functions: ReadonlyMap<string, Invokable>;
  readonly containers?: ContainerHost;
  readonly permissions: readonly InvokePermission[];
  accessLog(line: string): void;
}

type Facts = Partial<Pick<Exchange, 'routeKey' | 'grant' | 'authorizerError' | 'integration' | 'error'>>;
type Outcome = { response: GatewayResponse } & Facts;

/** One HTTP API: host, CORS, route, throttle, authorizer, permission, function, response, in that order. */
export class Gateway {
  private readonly throttles: Throttles;

  private constructor(
    private readonly api: ApiSpec,
    private readonly parts: GatewayParts,
    private readonly authorizers: ReadonlyMap<string, JwtAuthorizer>,
  ) {
    this.throttles = new Throttles(api.stage);
  }

  /** Creates the authorizers first, so their issuers must be answering. */
  static async create(api: ApiSpec, parts: GatewayParts): Promise<Gateway> {
    if (api.stage.accessLogFormat) checkFormat(api.stage.accessLogFormat, api.stage.logicalId);
    const authorizers = new Map<string, JwtAuthorizer>();
    for (const { authorizer } of api.routes) {
      if (authorizer && !authorizers.has(authorizer.logicalId)) {
        authorizers.set(authorizer.logicalId, await JwtAuthorizer.create(authorizer));
      }
    }
    return new Gateway(api, parts, authorizers);
  }

  /** @param disabled the address exists, but `DisableExecuteApiEndpoint` switched it off */
  async handle(port: number, disabled: boolean, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request: GatewayRequest = {
      id: `${randomBytes(11).toString('base64url')}=`,
      receivedAt: Date.now(),
      method: incoming.method ?? 'GET',
      target: incoming.url ?? '/',
      rawHeaders: incoming.rawHeaders,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      port,
      traceId: /Root=([\w-]+)/.exec(String(incoming.headers['x-amzn-trace-id']))?.[1] ?? newTraceId(),
    };
    const outcome = await this.answer(request, disabled, incoming);
    send(outgoing, request, outcome.response);
    incoming.resume();
    this.log(request, outcome);
  }

  private async answer(request: GatewayRequest, disabled: boolean, incoming: IncomingMessage): Promise<Outcome> {
    if (!isOwnHost(incoming.headers.host, request.port)) return refusal(403, 'Forbidden', 'ACCESS_DENIED');
    if (disabled) return refusal(404, 'Not Found', 'NOT_FOUND');
    const match = selectRoute(this.api.routes, request.method, splitTarget(request.target).path);
    if (this.api.cors && isPreflight(request.method, incoming.headers) && !match?.route.authorizer) {
      return { response: preflightResponse(this.api.cors, String(incoming.headers.origin)) };
    }
    if (!match) return refusal(404, 'Not Found', 'NOT_FOUND');
    const routeKey = match.route.key;
    if (!this.throttles.admit(routeKey, request.receivedAt)) {
      return { ...refusal(429, 'Too Many Requests', 'THROTTLED'), routeKey };
    }
    const authorized = await this.authorize(match, incoming);
    if ('response' in authorized) return { ...authorized, routeKey };
    const body = await readBody(incoming);
    if (!body) return { ...refusal(413, 'Request Entity Too Large', 'REQUEST_TOO_LARGE'), routeKey };
    const { response, ...integration } = await this.integrate(match, request, body, authorized.grant);
    return {
      response: integration.error ? response : withCors(response, this.api.cors, incoming.headers.origin),
      routeKey,
      grant: authorized.grant,
      integration,
      error: integration.error ? { message: messageOf(response), type: 'INTEGRATION_FAILURE' } : undefined,
    };
  }

  private async authorize(match: RouteMatch, incoming: IncomingMessage): Promise<{ grant?: Grant } | Outcome> {
    const spec = match.route.authorizer;
    const authorizer = spec && this.authorizers.get(spec.logicalId);
    if (!authorizer) return {};
    const token = tokenOf(String(incoming.headers[authorizer.header] ?? ''));
    if (!token) return unauthorized(undefined);
    const decision = await authorizer.authorize(token, match.route.scopes);
    switch (decision.kind) {
      case 'granted':
        return { grant: decision.grant };
      case 'unauthorized':
        return unauthorized(decision.reason);
      case 'forbidden':
        return { ...refusal(403, 'Forbidden', 'ACCESS_DENIED'), authorizerError: decision.reason };
    }
  }

  private integrate(
    match: RouteMatch,
    request: GatewayRequest,
    body: Buffer,
    grant: Grant | undefined,
  ): Promise<Integrated> {
    const { route } = match;
    const limits = { timeoutMs: route.timeoutMs, traceId: request.traceId };
    if (route.proxy) return proxy(route.proxy, this.parts.containers, request, body, limits);
    const functionArn = route.functionArn ?? '';
    const sourceArn = routeSourceArn(this.api, this.api.stage.name, route.key, request.method);
    const permitted = mayInvoke(this.parts.permissions, {
      functionArn,
      sourceArn,
      account: this.api.account,
    });
    const event = toEvent(this.api, match, request, body, grant);
    return integrate(permitted ? this.parts.functions.get(unqualified(functionArn)) : undefined, event, limits);
  }

  private log(request: GatewayRequest, { response, ...facts }: Outcome): void {
    const format = this.api.stage.accessLogFormat;
    if (!format) return;
    const exchange = {
      request,
      ...facts,
      status: response.status,
      responseBytes: response.body.length,
      latencyMs: Date.now() - request.receivedAt,
    };
    const context = { apiId: this.api.id, accountId: this.api.account, stage: this.api.stage.name };
    this.parts.accessLog(formatAccessLog(format, exchange, context));
  }
}

function refusal(status: number, message: string, type: string, headers: Record<string, string> = {}): Outcome {
  return { response: gatewayMessage(status, message, headers), error: { message, type } };
}

function unauthorized(reason: string | undefined): Outcome {
  const outcome = refusal(401, 'Unauthorized', 'UNAUTHORIZED', { 'www-authenticate': challenge(reason) });
  return { ...outcome, authorizerError: reason };
}

function messageOf(response: GatewayResponse): string {
  return (JSON.parse(response.body.toString()) as { message: string }).message;
}
