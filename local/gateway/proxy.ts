import type { ContainerHost } from '../containers/container-host';
import type { ForwardResponse } from '../containers/load-balancer';
import type { ProxySpec } from '../deployment/proxy';
import type { Integrated } from './integration';
import { type MappingSource, mapRequest, mapResponse } from './parameters';
import { type GatewayRequest, headerValues, splitTarget } from './request';
import { type GatewayResponse, gatewayMessage } from './response';

/** Of one connection alone, or API Gateway's own to set. */
const NOT_PASSED_ON = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

export interface ProxyLimits {
  readonly timeoutMs: number;
  readonly traceId: string;
}

/**
 * Hands a request on through a VPC link and waits for the whole answer: an HTTP API does not stream.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html
 */
export async function proxy(
  spec: ProxySpec,
  containers: ContainerHost | undefined,
  request: GatewayRequest,
  body: Buffer,
  limits: ProxyLimits,
): Promise<Integrated> {
  const begun = Date.now();
  const failed = (error: string): Integrated => ({
    response: gatewayMessage(503, 'Service Unavailable'),
    latencyMs: Date.now() - begun,
    error,
  });
  if (!containers) return failed('nothing is behind the VPC link');
  const source = sourceOf(request);
  const signal = AbortSignal.timeout(limits.timeoutMs);
  const { path, query, headers } = mapRequest(
    { ...rawTarget(request), headers: headersFor(request, containers.nameOf(spec.listenerArn), limits.traceId) },
    spec.requestParameters,
    source,
  );
  const sent = {
    method: spec.method === 'ANY' ? request.method : spec.method,
    target: query === '' ? path : `${path}?${query}`,
    headers,
    body,
    sourceIp: LINK_ADDRESS,
    signal,
  };
  try {
    const answer = await containers.forward(spec.linkId, spec.listenerArn, sent);
    if (!answer) return failed('security groups keep the VPC link away from the load balancer');
    const response = await buffered(answer);
    if (signal.aborted) return failed('the integration timed out');
    return {
      response: mapResponse(response, spec.responseParameters[String(answer.status)], source),
      status: answer.status,
      latencyMs: Date.now() - begun,
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'LocalFailure') throw error;
    return failed(signal.aborted ? 'the integration timed out' : `the integration failed: ${(error as Error).message}`);
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const RESPONSE_BYTES = 10 * 1024 * 1024;

/** Of a network interface that the link has in the VPC. */
const LINK_ADDRESS = '10.0.0.10';

/** Unlike a function's event, the path goes on as it came. */
function rawTarget({ target }: GatewayRequest): { path: string; query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/**
 * Which `Host` a private integration sends is not written anywhere; here it is the load balancer's own name, which
 * helps nobody who relies on it, unless a parameter says otherwise.
 */
function headersFor(request: GatewayRequest, host: string, traceId: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] as string).toLowerCase();
    const value = request.rawHeaders[index + 1] as string;
    if (!NOT_PASSED_ON.includes(name)) headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  const [asked = ''] = headerValues(request.rawHeaders, 'host');
  const forwarded = `by=127.0.0.1;for=${request.sourceIp};host=${asked};proto=http`;
  return {
    ...headers,
    host,
    forwarded: headers.forwarded ? `${headers.forwarded}, ${forwarded}` : forwarded,
    via: headers.via ? `${headers.via}, ${VIA}` : VIA,
    'x-amzn-trace-id': `Root=${traceId}`,
  };
}

const VIA = 'HTTP/1.1 AmazonAPIGateway';

function sourceOf(request: GatewayRequest): MappingSource {
  const { path, query } = splitTarget(request.target);
  const host = headerValues(request.rawHeaders, 'host')[0];
  return {
    header: (name) => headerValues(request.rawHeaders, name).join(',') || undefined,
    query: (name) => new URLSearchParams(query).get(name) ?? undefined,
    path,
    context: {
      domainName: host,
      httpMethod: request.method,
      'identity.sourceIp': request.sourceIp,
      path,
      requestId: request.id,
    },
  };
}

async function buffered(answer: ForwardResponse): Promise<GatewayResponse> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > RESPONSE_BYTES) throw new Error('the response is too large');
    chunks.push(chunk);
  }
  const { 'set-cookie': cookies = [], 'content-length': _, ...others } = answer.headers;
  return {
    status: answer.status,
    headers: Object.fromEntries(Object.entries(others).map(([name, value]) => [name, [value].flat().join(',')])),
    cookies: [cookies].flat() as string[],
    body: Buffer.concat(chunks),
  };
}
