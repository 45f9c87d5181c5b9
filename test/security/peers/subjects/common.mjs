/** What every peer is given alike: the same tools, the same verifier of tokens, and a way to send it a request. */
import { request as httpRequest } from 'node:http';
import { createLocalJWKSet, jwtVerify } from 'jose';

/** The tools of every peer; `add` registers one in its way. */
export function tools(add, { called, token }) {
  for (const name of ['list_notes', 'read_note']) {
    add(name, async () => {
      called.push(name);
      return { content: [{ type: 'text', text: name }] };
    });
  }
  add('read_broken', async () => {
    throw new Error('cannot connect: password=hunter2');
  });
  add('read_token', async (...given) => {
    called.push('read_token');
    return { content: [{ type: 'text', text: holds(given, token()) ? 'TOKEN FOUND' : 'nothing' }] };
  });
}

/** Whether a text is anywhere in what is reachable from a value. */
function holds(start, text) {
  const seen = new Set();
  const queue = [start];
  while (queue.length > 0 && seen.size < 20_000) {
    const value = queue.pop();
    if (typeof value === 'string' && text !== '' && value.includes(text)) return true;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Headers || value instanceof Map) queue.push([...value]);
    for (const key of Reflect.ownKeys(value)) {
      try {
        queue.push(value[key]);
      } catch {}
    }
    if (value instanceof Request) queue.push([...value.headers]);
  }
  return false;
}

/** jose as its documentation verifies an access token: signature, issuer, audience, expiry. */
export function verifier({ jwks, issuer, resource }) {
  const keys = createLocalJWKSet(jwks);
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, { issuer, audience: resource });
    return {
      token,
      clientId: String(payload.client_id ?? payload.sub),
      scopes: String(payload.scope ?? '').split(' '),
      expiresAt: payload.exp,
      resource: new URL(resource),
      extra: { sub: payload.sub },
    };
  };
}

/** A peer that is a function of a request. */
export function overFetch(handler, { resource }) {
  return async ({ headers, body }) => {
    const response = await handler(new Request(resource, { method: 'POST', headers, body }));
    return { status: response.status, text: await response.text() };
  };
}

/** A peer that listens on a port. */
export function overPort(port) {
  return ({ headers, body }) =>
    new Promise((resolve, reject) => {
      const length = String(Buffer.byteLength(body));
      const options = { port, host: '127.0.0.1', path: '/mcp', method: 'POST', agent: false };
      const sent = httpRequest({ ...options, headers: { ...headers, 'content-length': length } }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, text }));
        answer.on('error', () => resolve({ status: answer.statusCode, text }));
      });
      sent.on('error', reject);
      sent.setTimeout(10_000, () => sent.destroy(new Error('no answer in 10 s')));
      sent.end(body);
    });
}

export const listening = (app, port) =>
  new Promise((resolve, reject) => {
    const server = app.listen(port, '127.0.0.1', () => resolve(server));
    server.once('error', reject);
  });
