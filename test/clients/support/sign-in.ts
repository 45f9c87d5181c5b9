/** An authorization request made by hand, for tests in which the browser is what is looked at. */
import { createHash, randomBytes } from 'node:crypto';
import type { StackFile } from '../../../local/stack-file';
import { must } from './rungs';

export interface Attempt {
  readonly address: string;
  readonly redirectUri: string;
  readonly state: string;
  /** Redeems the code of the answer and calls a tool with what it brings. */
  use(answer: URL): Promise<string>;
}

export function attempt(stack: StackFile, clientId: string, redirectUri: string, scopes = ['notes:read']): Attempt {
  const verifier = randomBytes(32).toString('base64url');
  const state = randomBytes(16).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource: stack.resource,
    scope: scopes.map((scope) => `${stack.resource}/${scope}`).join(' '),
  });
  return {
    address: `${stack.authorizationEndpoint}?${query}`,
    redirectUri,
    state,
    use: async (answer) => {
      mustAnswer(answer, stack, state);
      const code = answer.searchParams.get('code') ?? '';
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: redirectUri,
        code,
        code_verifier: verifier,
      });
      const response = await fetch(stack.tokenEndpoint, { method: 'POST', body });
      const tokens = (await response.json()) as { access_token?: string; error?: string };
      must(tokens.access_token !== undefined, `the token endpoint answered ${tokens.error}`);
      return listNotes(stack, tokens.access_token);
    },
  };
}

/** Every answer carries the state that was sent and says whose it is. */
export function mustAnswer({ searchParams }: URL, stack: StackFile, state: string): void {
  must(searchParams.get('state') === state, `the answer has the state ${searchParams.get('state')}`);
  must(searchParams.get('iss') === stack.authorizationServer, `the answer has the issuer ${searchParams.get('iss')}`);
}

async function listNotes(stack: StackFile, accessToken: string): Promise<string> {
  const response = await fetch(stack.mcpUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'list_notes', arguments: {} },
    }),
  });
  const text = await response.text();
  must(text.includes('"notes":'), `list_notes answered ${response.status} ${text}`);
  return 'list_notes answers';
}
