/** Steps that several attacks take. */
import type { BrokerRequest, Reply } from '../../lambda/broker/http';
import {
  type Asked,
  approve,
  authorizationRequest,
  Browser,
  form,
  formOf,
  request,
  type TestBroker,
} from '../support/broker';
import type { World } from './world';

export const ISSUER = 'https://mcp.example.com';
export const RESOURCE = `${ISSUER}/mcp`;
export const READ = `${RESOURCE}/notes:read`;
export const WRITE = `${RESOURCE}/notes:write`;

export const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

export async function items(at: TestBroker): Promise<number> {
  return JSON.parse(await at.stolenTable()).length;
}

/** The consent page as a browser is shown it. */
export async function shown(at: TestBroker, overrides: Record<string, string | undefined> = {}) {
  const browser = new Browser(at);
  const asked = authorizationRequest(overrides);
  const reply = await browser.get('/oauth2/authorize', form(asked.query));
  return { browser, asked, reply, fields: formOf(reply.body ?? '') };
}

/** As far as the provider: what it would send back, in which browser. */
export async function signedIn(at: TestBroker, overrides: Record<string, string | undefined> = {}) {
  const { browser, asked, fields } = await shown(at, overrides);
  const reply = await browser.post('/oauth2/consent', form({ ...fields, decision: 'approve' }));
  const location = reply.headers.Location ?? '';
  return { browser, asked, location, back: at.provider.signIn(location) };
}

export function codeFields(asked: Asked, code: string): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: asked.query.redirect_uri ?? '',
    client_id: asked.query.client_id ?? '',
    code_verifier: asked.verifier,
  };
}

/** A code and all that goes with it. */
export async function code(at: TestBroker, overrides: Record<string, string | undefined> = {}) {
  const approved = await approve(at, authorizationRequest(overrides));
  return { ...approved, fields: codeFields(approved.asked, approved.code) };
}

export function authorizeAs({ at }: World, source: string, overrides: Record<string, string | undefined>) {
  const queryText = form(authorizationRequest(overrides).query);
  return at.broker(request('GET', '/oauth2/authorize', { queryText, source }));
}

export function post(at: TestBroker, path: string, body: string, given: Partial<BrokerRequest> = {}): Promise<Reply> {
  return at.broker(request('POST', path, { body, ...given }));
}

export async function register({ at }: World, metadata: unknown, source: string) {
  const body = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
  const reply = await post(at, '/oauth2/register', body, { source });
  return { ...reply, json: JSON.parse(reply.body || '{}') as Record<string, string> };
}
