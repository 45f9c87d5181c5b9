import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Endpoint } from '../../deployment/endpoints';
import { mayInvoke } from '../../deployment/permissions';
import type { RestApiSpec } from '../../deployment/rest-apis';
import type { RestAuthorizerSpec } from '../../deployment/rest-authorizers';
import { newTraceId } from '../../functions/function-host';
import type { Invokable } from '../../functions/invocation';
import { WebAcl } from '../../waf/web-acl';
import type { GatewayParts } from '../gateway';
import { isOwnHost, readBody } from '../http';
import type { HttpTarget } from '../http-target';
import { checkRestFormat, formatRestAccessLog, type RestExchange } from './access-log';
import { LambdaAuthorizer } from './authorizer';
import { gatewayResponse, type OwnAnswer, type ResponseType } from './gateway-responses';
import { proxy } from './http-proxy';
import { type Integrated, invokeFunction } from './integrate';
import {
  type AuthorizerContext,
  isBinary,
  methodArnOf,
  type RestRequest,
  toAuthorizerEvent,
  toProxyEvent,
} from './request';
import { type MethodMatch, selectMethod } from './resources';
import type { RestResponse } from './response';
import { sendRest } from './send';
import { MethodThrottles } from './throttle';
import { inspect } from './waf';

export interface RestGatewayParts extends GatewayParts {
  /** What is behind VPC links. */
  readonly httpTarget?: HttpTarget;
}

type Facts = Partial<
  Pick<RestExchange, 'resourcePath' | 'resourceId' | 'integration' | 'authorizer' | 'error' | 'waf'>
>;
type Outcome = { readonly response: RestResponse } & Facts;

/** One REST API: address, web ACL, resource, throttle, authorizer, integration, response, in that order. */
export class RestGateway {
  private readonly throttles: MethodThrottles;
  private readonly webAcl?: WebAcl;
  private readonly authorizers = new Map<string, LambdaAuthorizer>();

  constructor(
    private readonly api: RestApiSpec,
    private readonly parts: RestGatewayParts,
  ) {
    if (api.stage.accessLogFormat) checkRestFormat(api.stage.accessLogFormat, api.stage.logicalId);
    this.throttles = new MethodThrottles(api.stage.throttles);
    this.webAcl = api.webAcl && new WebAcl(api.webAcl);
    for (const { authorizer } of api.resources.flatMap(({ methods }) => methods)) {
      if (authorizer)
        this.authorizers.set(authorizer.id, new LambdaAuthorizer(authorizer, this.authorizerTarget(authorizer)));
    }
  }

  async handle(endpoint: Endpoint, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = this.requestOf(endpoint, incoming);
    const gone = new AbortController();
    outgoing.once('close', () => gone.abort());
    const outcome = await this.answer(endpoint, request, incoming, gone.signal);
    const sent = await sendRest(outgoing, request, outcome.response);
    incoming.resume();
    this.log(request, outcome, sent);
  }

  private requestOf(endpoint: Endpoint, incoming: IncomingMessage): RestRequest {
    const target = incoming.url ?? '/';
    const mark = target.indexOf('?');
    const fullPath = mark < 0 ? target : target.slice(0, mark);
    const prefix = endpoint.basePath ?? '';
    const within = fullPath === prefix || fullPath.startsWith(`${prefix}/`);
    return {
      id: randomUUID(),
      extendedId: `${randomBytes(11).toString('base64url')}=`,
      receivedAt: Date.now(),
      method: incoming.method ?? 'GET',
      target,
      rawHeaders: incoming.rawHeaders,
      sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
      port: endpoint.port,
      traceId: /Root=([\w-]+)/.exec(String(incoming.headers['x-amzn-trace-id']))?.[1] ?? newTraceId(),
      fullPath,
      path: within ? fullPath.slice(prefix.length) || '/' : '',
      query: mark < 0 ? '' : target.slice(mark + 1),
      basePath: endpoint.kind === 'custom-domain' ? prefix || '/' : undefined,
    };
  }

  private async answer(
    endpoint: Endpoint,
    request: RestRequest,
    incoming: IncomingMessage,
    gone: AbortSignal,
  ): Promise<Outcome> {
    const refuse = (type: ResponseType, match?: MethodMatch, message?: string): Outcome =>
      withFacts(match, this.own(type, request, match, message));
    if (!isOwnHost(incoming.headers.host, request.port) || endpoint.disabled || request.path === '')
      return refuse('FORBIDDEN');
    const body = await readBody(incoming);
    const waf = this.webAcl && inspect(this.webAcl, request, body);
    if (waf?.blocked) {
      const facts = { waf: { status: 200, action: 'WAF_BLOCK', webAcl: this.api.webAcl?.arn ?? '' } };
      return waf.response ? { response: waf.response, ...facts } : { ...refuse('WAF_FILTERED'), ...facts };
    }
    const match = selectMethod(this.api.resources, request.method, request.path);
    if (!match) return refuse('MISSING_AUTHENTICATION_TOKEN');
    if (!this.throttles.admit(match.method.httpMethod, match.resource.path, request.receivedAt)) {
      return refuse('THROTTLED', match);
    }
    const authorized = await this.authorize(match, request);
    if ('response' in authorized) return withFacts(match, authorized);
    if (!body) return refuse('REQUEST_TOO_LARGE', match);
    const outcome = await this.integrate(match, request, body, authorized.context, gone);
    return withFacts(match, { ...outcome, authorizer: authorized.context && { ...authorized.context, status: 200 } });
  }

  private async authorize(
    match: MethodMatch,
    request: RestRequest,
  ): Promise<{ context?: AuthorizerContext } | Outcome> {
    const spec = match.method.authorizer;
    const authorizer = spec && this.authorizers.get(spec.id);
    if (!authorizer) return {};
    const methodArn = methodArnOf(this.api, request);
    const decision = await authorizer.authorize(request, methodArn, () =>
      toAuthorizerEvent(this.api, match, request, methodArn),
    );
    const refused = (type: ResponseType, status: number, error?: string, message?: string): Outcome => ({
      ...this.own(type, request, match, message),
      authorizer: { status, error },
    });
    switch (decision.kind) {
      case 'allowed':
        return { context: { ...decision.answer, latencyMs: decision.latencyMs } };
      case 'unauthorized':
        return refused('UNAUTHORIZED', 401, decision.reason);
      case 'denied':
        return refused('ACCESS_DENIED', 403, undefined, decision.explicit ? EXPLICIT_DENY : undefined);
      case 'failed':
        return refused('AUTHORIZER_FAILURE', 500, decision.reason);
      case 'misconfigured':
        return refused('AUTHORIZER_CONFIGURATION_ERROR', 500, decision.reason);
    }
  }

  private async integrate(
    match: MethodMatch,
    request: RestRequest,
    body: Buffer,
    authorizer: AuthorizerContext | undefined,
    gone: AbortSignal,
  ): Promise<Outcome> {
    const begun = Date.now();
    const { integration } = match.method;
    if (integration.kind === 'mock') return { response: mocked(integration) };
    const integrated =
      integration.kind === 'http'
        ? await proxy(integration, match, request, body, this.parts.httpTarget, gone)
        : await invokeFunction(
            integration,
            this.functionTarget(match, request, integration.functionArn),
            JSON.stringify(toProxyEvent(this.api, match, request, body, authorizer)),
            { traceId: request.traceId, binary: isBinary(this.api, acceptOf(request)) },
          );
    return this.outcomeOf(integrated, match, request, begun);
  }

  private outcomeOf(integrated: Integrated, match: MethodMatch, request: RestRequest, begun: number): Outcome {
    const latencyMs = Date.now() - begun;
    if (integrated.kind === 'failed') {
      const integration = { mode: 'BUFFERED', latencyMs, error: integrated.error } as const;
      return { ...this.own(integrated.type, request, match), integration };
    }
    const { response, streamed } = integrated;
    const mode = streamed ? 'STREAMED' : 'BUFFERED';
    return { response, integration: { mode, status: response.status, latencyMs, headersMs: latencyMs } };
  }

  private own(type: ResponseType, request: RestRequest, match?: MethodMatch, message?: string): OwnAnswer {
    const context = { request, stage: this.api.stage.name, apiId: this.api.id, resourcePath: match?.resource.path };
    return gatewayResponse(this.api.gatewayResponses, type, context, message);
  }

  private functionTarget(match: MethodMatch, request: RestRequest, functionArn: string): Invokable | undefined {
    const path = match.resource.path.replace(/\{[^}]*\}/g, '*');
    return this.permitted(functionArn, `${this.api.stage.name}/${request.method}${path}`);
  }

  private authorizerTarget({ functionArn, id, byRole }: RestAuthorizerSpec): Invokable | undefined {
    return byRole ? this.parts.functions.get(functionArn) : this.permitted(functionArn, `authorizers/${id}`);
  }

  private permitted(functionArn: string, place: string): Invokable | undefined {
    const { region, account, id } = this.api;
    const sourceArn = `arn:aws:execute-api:${region}:${account}:${id}/${place}`;
    const permitted = mayInvoke(this.parts.permissions, { functionArn, sourceArn, account });
    return permitted ? this.parts.functions.get(functionArn) : undefined;
  }

  private log(
    request: RestRequest,
    { response, ...facts }: Outcome,
    sent: { bytes: number; firstByteMs?: number },
  ): void {
    const { accessLogFormat: format, name: stage, deploymentId } = this.api.stage;
    if (!format) return;
    const latencyMs = Date.now() - request.receivedAt;
    const { integration } = facts;
    const streamed = response.body instanceof Readable;
    const exchange: RestExchange = {
      request,
      ...facts,
      ...(integration && streamed ? { integration: { ...integration, latencyMs, contentMs: sent.firstByteMs } } : {}),
      status: response.status,
      responseBytes: sent.bytes,
      latencyMs,
    };
    const context = { apiId: this.api.id, accountId: this.api.account, stage, deploymentId };
    this.parts.accessLog(formatRestAccessLog(format, exchange, context));
  }
}

const EXPLICIT_DENY = 'User is not authorized to access this resource with an explicit deny';

function withFacts(match: MethodMatch | undefined, outcome: Outcome): Outcome {
  return { ...outcome, resourcePath: match?.resource.path, resourceId: match?.resource.id };
}

function mocked({
  status,
  headers,
  body,
}: {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}) {
  const given = Object.entries(headers).map(([name, value]): [string, string] => [name, value.replace(/^'|'$/g, '')]);
  return {
    status,
    headers: [['Content-Type', 'application/json'] as [string, string], ...given],
    body: Buffer.from(body),
  };
}

/** The first type the client accepts decides whether base64 is undone. */
function acceptOf(request: RestRequest): string | undefined {
  const index = request.rawHeaders.findIndex((name, at) => at % 2 === 0 && name.toLowerCase() === 'accept');
  return index < 0 ? undefined : request.rawHeaders[index + 1]?.split(',')[0];
}
