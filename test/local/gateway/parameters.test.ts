import type { ParameterMapping } from '../../../local/deployment/proxy';
import { type MappingSource, mapRequest, mapResponse } from '../../../local/gateway/parameters';

const source: MappingSource = {
  header: (name) => (name === 'x-a' ? 'sent' : undefined),
  query: (name) => (name === 'q' ? 'asked' : undefined),
  path: '/mcp',
  context: { requestId: 'r1', domainName: 'api.example.com' },
};

function mapping(key: string, value = ''): ParameterMapping {
  const [, action, place, name = ''] = /^(\w+):(\w+)(?:\.(.+))?$/.exec(key) ?? [];
  return { action, place, name, value } as ParameterMapping;
}

test('a proxied request is changed as its parameters say', () => {
  const request = { path: '/mcp', query: 'q=1&z=2', headers: { 'x-a': '1', 'x-b': '2', host: 'lb' } };
  const mapped = mapRequest(
    request,
    [
      mapping('overwrite:header.host', '$context.domainName'),
      mapping('append:header.x-a', '$context.requestId'),
      mapping('remove:header.x-b'),
      // biome-ignore lint/suspicious/noTemplateCurlyInString: as API Gateway writes it
      mapping('append:header.x-new', '${request.header.X-A}-$request.querystring.q'),
      mapping('overwrite:path', '/v2$request.path'),
      mapping('remove:querystring.z'),
      mapping('append:querystring.q', '2'),
    ],
    source,
  );
  expect(mapped).toEqual({
    path: '/v2/mcp',
    query: 'q=1&q=2',
    headers: { host: 'api.example.com', 'x-a': '1,r1', 'x-new': 'sent-asked' },
  });
});

test('a response is changed by the parameters of its status alone', () => {
  const response = { status: 502, headers: { 'content-type': 'text/html' } };
  const mappings = [
    { action: 'overwrite', place: 'statuscode', name: '', value: '503' },
    { action: 'overwrite', place: 'header', name: 'retry-after', value: '1' },
  ] as const;
  expect(mapResponse(response, mappings, source)).toEqual({
    status: 503,
    headers: { 'content-type': 'text/html', 'retry-after': '1' },
  });
  expect(mapResponse(response, undefined, source)).toBe(response);
});

test('a source nobody knows stops the request', () => {
  const request = { path: '/', query: '', headers: {} };
  expect(() => mapRequest(request, [mapping('append:header.x', '$context.nonsense')], source)).toThrow(
    'mapped from $context.nonsense, which is not known here',
  );
});
