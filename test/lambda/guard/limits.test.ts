import { admitBody, admitHead, DEFAULT_LIMITS } from '../../../lambda/guard/limits';

const head = (method: string, headers: Record<string, string>) =>
  admitHead(method, new Headers(headers), DEFAULT_LIMITS);
const json = { 'content-type': 'application/json' };
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('admitHead', () => {
  test('T5 admits a POST of JSON', () => {
    expect(head('POST', json).ok).toBe(true);
    expect(head('POST', { 'content-type': 'Application/JSON; charset=utf-8' }).ok).toBe(true);
  });

  test.each(['GET', 'DELETE', 'PUT', 'HEAD'])('refuses %s: there is no stream and no session', (method) => {
    expect(head(method, json)).toMatchObject({ refusal: { reason: 'method_not_allowed' } });
  });

  test.each([
    ['no content type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a type that begins like JSON', { 'content-type': 'application/json-patch+json' }],
    ['a compressed body', { ...json, 'content-encoding': 'gzip' }],
  ])('T5 refuses %s', (_name, headers) => {
    expect(head('POST', headers as Record<string, string>)).toMatchObject({
      refusal: { reason: 'unsupported_media_type' },
    });
  });

  test('T5 refuses a declared length over the bound, and one that is no number', () => {
    expect(head('POST', { ...json, 'content-length': '1048576' }).ok).toBe(true);
    expect(head('POST', { ...json, 'content-length': '1048577' })).toMatchObject({
      refusal: { reason: 'body_too_large' },
    });
    expect(head('POST', { ...json, 'content-length': 'much' })).toMatchObject({
      refusal: { reason: 'body_too_large' },
    });
  });
});

describe('admitBody', () => {
  const body = (text: string) => admitBody(text, DEFAULT_LIMITS);

  test('T5 bounds the bytes, not the characters', () => {
    const limits = { ...DEFAULT_LIMITS, bodyBytes: 66 };
    const message = (text: string) => JSON.stringify({ ...ping, params: { text } });
    expect(admitBody(message('a'), limits).ok).toBe(true);
    expect(admitBody(message('é'.repeat(10)), limits)).toMatchObject({ refusal: { reason: 'body_too_large' } });
  });

  test('T5 bounds the depth', () => {
    const deep = (depth: number) => JSON.stringify({ ...ping, params: { deep: JSON.parse(nested(depth)) } });
    expect(body(deep(62)).ok).toBe(true);
    expect(body(deep(63))).toMatchObject({ refusal: { reason: 'too_deep' } });
    expect(body(nested(100_000))).toMatchObject({ ok: false });
  });

  test('T5 bounds a batch', () => {
    const batch = (length: number) => JSON.stringify(Array.from({ length }, (_, id) => ({ ...ping, id })));
    expect(body(batch(20))).toMatchObject({ ok: true, value: { batch: true } });
    expect(body(batch(21))).toMatchObject({ refusal: { reason: 'batch_size' } });
    expect(body('[]')).toMatchObject({ refusal: { reason: 'batch_size' } });
  });

  test.each(['', '{', 'null x', '\u0000'])('refuses what is not JSON: %j', (text) => {
    expect(body(text)).toMatchObject({ refusal: { reason: 'not_json' } });
  });

  test.each([
    null,
    1,
    'ping',
    {},
    { jsonrpc: '1.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', id: null, method: 'ping' },
    { jsonrpc: '2.0', id: {}, method: 'ping' },
    { jsonrpc: '2.0', id: 'x'.repeat(257), method: 'ping' },
    { jsonrpc: '2.0', id: 1, method: 7 },
    { jsonrpc: '2.0', id: 1, method: 'ping', params: [] },
    { jsonrpc: '2.0', id: 1, method: 'ping', params: 'x' },
    [[ping]],
    [ping, null],
  ])('refuses what is not a JSON-RPC message: %j', (value) => {
    expect(body(JSON.stringify(value))).toMatchObject({ refusal: { reason: 'not_json_rpc' } });
  });

  test('T3 refuses a batch that uses an id twice: its answers could not be told apart', () => {
    expect(body(JSON.stringify([ping, { ...ping, method: 'tools/list' }]))).toMatchObject({
      refusal: { reason: 'not_json_rpc' },
    });
    expect(body(JSON.stringify([ping, { ...ping, id: '1' }])).ok).toBe(true);
  });
});
