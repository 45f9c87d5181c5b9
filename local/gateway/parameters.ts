import type { ParameterMapping } from '../deployment/proxy';
import { LocalFailure } from '../failure';

/** What parameter mappings of a proxied request may ask for. */
export interface MappingSource {
  header(name: string): string | undefined;
  query(name: string): string | undefined;
  readonly path: string;
  readonly context: Readonly<Record<string, string | undefined>>;
}

/** Method, path, query and headers as they go out. */
export interface MappedRequest {
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html */
export function mapRequest(
  request: MappedRequest,
  mappings: readonly ParameterMapping[],
  source: MappingSource,
): MappedRequest {
  let { path } = request;
  const headers = { ...request.headers };
  const query = new URLSearchParams(request.query);
  const touched = mappings.some(({ place }) => place === 'querystring');
  for (const mapping of mappings) {
    const { action, name } = mapping;
    const value = action === 'remove' ? '' : filledIn(mapping.value, source);
    if (mapping.place === 'path') path = value;
    else if (mapping.place === 'header') mapHeader(headers, mapping, value);
    else if (action === 'remove') query.delete(name);
    else if (action === 'append') query.append(name, value);
    else query.set(name, value);
  }
  return { path, query: touched ? query.toString() : request.query, headers };
}

/** The response as the mappings of its status say; other statuses are left alone. */
export function mapResponse<T extends { readonly status: number; readonly headers: Readonly<Record<string, string>> }>(
  response: T,
  mappings: readonly ParameterMapping[] | undefined,
  source: MappingSource,
): T {
  if (!mappings) return response;
  const headers = { ...response.headers };
  let { status } = response;
  for (const mapping of mappings) {
    const value = mapping.action === 'remove' ? '' : filledIn(mapping.value, source);
    if (mapping.place === 'statuscode') status = Number(value);
    else mapHeader(headers, mapping, value);
  }
  return { ...response, status, headers };
}

function mapHeader(headers: Record<string, string>, { action, name }: ParameterMapping, value: string): void {
  const before = headers[name];
  if (action === 'remove') delete headers[name];
  else headers[name] = action === 'append' && before !== undefined ? `${before},${value}` : value;
}

const REFERENCE = /\$\{?((?:request|context|response|stageVariables)[\w.-]*)\}?/g;

/** A value may hold any number of references. */
function filledIn(text: string, source: MappingSource): string {
  return text.replace(REFERENCE, (reference, path: string) => {
    const [first, second, ...rest] = path.split('.');
    const name = rest.join('.');
    if (first === 'context') return source.context[path.slice('context.'.length)] ?? unknown(reference);
    if (first === 'request' && second === 'path' && name === '') return source.path;
    if (first === 'request' && second === 'header') return source.header(name.toLowerCase()) ?? '';
    if (first === 'request' && second === 'querystring') return source.query(name) ?? '';
    return unknown(reference);
  });
}

function unknown(reference: string): never {
  throw new LocalFailure(`a parameter is mapped from ${reference}, which is not known here`);
}
