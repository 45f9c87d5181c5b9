import { fromFunction } from '../../../local/gateway/response';

const answer = (result: unknown) => {
  const response = fromFunction(Buffer.from(JSON.stringify(result)));
  return response && { ...response, body: response.body.toString() };
};

test('a structured result becomes the response: names lower-cased, cookies apart, length set anew', () => {
  const headers = { 'Content-Type': 'text/html', 'X-N': 1, 'Content-Length': '999', Connection: 'close' };
  expect(answer({ statusCode: 201, headers, cookies: ['a=1', 'b=2'], body: 'hi' })).toEqual({
    status: 201,
    headers: { 'content-type': 'text/html', 'x-n': '1' },
    cookies: ['a=1', 'b=2'],
    body: 'hi',
  });
});

test('a body in base64 is decoded; a body without a type is plain text', () => {
  expect(answer({ statusCode: '200', body: Buffer.from('ä').toString('base64'), isBase64Encoded: true })).toMatchObject(
    {
      body: 'ä',
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
    },
  );
});

test.each([
  [{ a: 1 }, '{"a":1}'],
  ['hello', 'hello'],
  [null, 'null'],
])('a result without a status is the body of a 200: %j', (result, body) => {
  expect(answer(result)).toEqual({ status: 200, headers: { 'content-type': 'application/json' }, body });
});

test.each([
  { statusCode: 'teapot' },
  { statusCode: 999 },
  { statusCode: 200, body: { a: 1 } },
  { statusCode: 200, headers: { a: ['b'] } },
  { statusCode: 200, cookies: 'a=1' },
])('is malformed: %j', (result) => {
  expect(answer(result)).toBeUndefined();
});

test('what is no JSON is malformed', () => {
  expect(fromFunction(Buffer.from('data: x'))).toBeUndefined();
});
