import type { HttpIntegration } from '../../deployment/rest-methods';
import type { HttpTarget } from '../http-target';
import { headerValues } from '../request';
import { breakOff, type Integrated, within } from './integrate';
import { eventHeaders, type RestRequest } from './request';
import type { MethodMatch } from './resources';
import { passedOn } from './response';

/** A response that is not streamed has a limit. */
const RESPONSE_BYTES = 10 * 1024 * 1024;

/** Hands a request on through a VPC link, and its response back; the target is told that the client is gone. */
export async function proxy(
  integration: HttpIntegration,
  { pathParameters }: MethodMatch,
  request: RestRequest,
  body: Buffer,
  target: HttpTarget | undefined,
  gone: AbortSignal,
): Promise<Integrated> {
  const waited = new AbortController();
  const until = Date.now() + integration.timeoutMs;
  const signal = AbortSignal.any([gone, waited.signal]);
  const work = async (): Promise<Integrated> => {
    if (!target) return unreachable('no load balancer runs here');
    const response = await target({
      linkId: integration.linkId,
      targetArn: integration.target,
      method: integration.httpMethod === 'ANY' ? request.method : integration.httpMethod,
      url: urlOf(integration, pathParameters, request),
      headers: headersOf(integration, request, body),
      body,
      signal,
    });
    const headers = passedOn(response.headers).filter(([name]) => name.toLowerCase() !== 'via');
    if (integration.streaming) {
      breakOff(response.body, until - Date.now());
      return { kind: 'answered', response: { status: response.status, headers, body: response.body }, streamed: true };
    }
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response.body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > RESPONSE_BYTES) return unreachable('the response is larger than 10 MB');
      chunks.push(chunk);
    }
    const whole = { status: response.status, headers, body: Buffer.concat(chunks) };
    return { kind: 'answered', response: whole, streamed: false };
  };
  const integrated = await within(
    integration.timeoutMs,
    work().catch((error: Error) => unreachable(error.message)),
  );
  if (integrated.kind === 'failed') waited.abort();
  return integrated;
}

function unreachable(error: string): Integrated {
  return { kind: 'failed', type: 'INTEGRATION_FAILURE', error };
}

function urlOf(
  { uri, requestParameters }: HttpIntegration,
  pathParameters: Readonly<Record<string, string>>,
  request: RestRequest,
) {
  const path = uri.replace(/\{([^}+]+)\+?\}/g, (_, name: string) => {
    const source = requestParameters[`integration.request.path.${name}`] ?? `method.request.path.${name}`;
    return pathParameters[source.replace('method.request.path.', '')] ?? '';
  });
  return request.query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${request.query}`;
}

/** As sent, with what API Gateway adds and what the integration sets; the host is that of the integration. */
function headersOf(
  { host, requestParameters }: HttpIntegration,
  request: RestRequest,
  body: Buffer,
): [string, string][] {
  const set = Object.entries(requestParameters).flatMap(([name, source]): [string, string][] => {
    const [, header] = /^integration\.request\.header\.(.+)$/.exec(name) ?? [];
    const value = valueFrom(source, request);
    return header && value !== undefined ? [[header, value]] : [];
  });
  const replaced = ['host', 'content-length', 'via', ...set.map(([name]) => name.toLowerCase())];
  const sent = Object.entries(eventHeaders(request)).flatMap(([name, values]) =>
    replaced.includes(name.toLowerCase()) ? [] : values.map((value): [string, string] => [name, value]),
  );
  return [
    ...sent,
    ...set,
    ...(set.some(([name]) => name.toLowerCase() === 'host') ? [] : [['Host', host] as [string, string]]),
    ...(body.length > 0 ? [['Content-Length', String(body.length)] as [string, string]] : []),
  ];
}

/** A value in quotes, a header of the request, or one of its facts. */
function valueFrom(source: string, request: RestRequest): string | undefined {
  const [, text] = /^'(.*)'$/s.exec(source) ?? [];
  if (text !== undefined) return text;
  const [, header] = /^method\.request\.header\.(.+)$/.exec(source) ?? [];
  if (header) return headerValues(request.rawHeaders, header.toLowerCase())[0];
  return { 'context.requestId': request.id, 'context.identity.sourceIp': request.sourceIp }[source];
}
