import {
  type AuthorizationServerMetadata,
  auth,
  discoverAuthorizationServerMetadata,
  type OAuthTokens,
  refreshAuthorization,
} from '@modelcontextprotocol/client';
import { ScriptedBrowser } from './browser';
import { must, type Report } from './report';
import { SignInProvider } from './sign-in-provider';
import { type DemonstrationStack, hasBroker, signInClient, usersByGroups } from './stack';

/** One grant from its refusal by the user over its refresh to its end. */
export async function showGrant(stack: DemonstrationStack, issuer: string, report: Report): Promise<void> {
  const [name, client] = signInClient(stack) ?? [];
  const { more: user } = usersByGroups(stack);
  if (name === undefined || user === undefined || !hasBroker(stack)) return;
  await report.part(`The grant of '${user.username}' to client '${name}'`, async () => {
    await report.step('is not made when the user denies it', async () => {
      const browser = new ScriptedBrowser(user, 'deny');
      const denied = await signIn(stack, new SignInProvider(name, client, issuer, browser)).then(
        () => undefined,
        (error: Error) => error.message,
      );
      must(denied?.includes('access_denied'), denied ?? 'the client got in');
      must(browser.passwordsTyped === 0, 'the user had to sign in to deny');
      return 'access_denied';
    });
    const provider = new SignInProvider(name, client, issuer, new ScriptedBrowser(user));
    await report.step('is made when the user consents', async () => {
      await signIn(stack, provider);
      return `${provider.tokens()?.expires_in} s, then the client refreshes`;
    });
    await showEnd(stack, provider, issuer, report);
  });
}

/** The access tokens are not used before the grant is revoked: the guard may believe for a minute what it saw. */
async function showEnd(
  stack: DemonstrationStack,
  provider: SignInProvider,
  issuer: string,
  report: Report,
): Promise<void> {
  const metadata = await discoverAuthorizationServerMetadata(issuer);
  const first = provider.tokens();
  must(metadata !== undefined && first?.refresh_token !== undefined, 'got no refresh token');
  let tokens: OAuthTokens = first;
  await report.step('is refreshed: new tokens, the same scopes', async () => {
    tokens = await refresh(stack, provider, metadata, first.refresh_token as string);
    must(tokens.access_token !== first.access_token, 'the access token is the old one');
    must(tokens.refresh_token !== undefined && tokens.refresh_token !== first.refresh_token, 'nothing rotates');
    must(tokens.scope === first.scope, `the scopes are now ${tokens.scope}`);
    return 'the refresh token is new as well';
  });
  await report.step('is revoked by the client', async () => {
    const response = await revoke(provider, metadata, tokens.refresh_token as string);
    must(response.status === 200, `answered ${response.status}`);
    return '200';
  });
  await report.step('cannot be refreshed any more', async () => {
    const error = await refresh(stack, provider, metadata, tokens.refresh_token as string).then(
      () => undefined,
      (refusal: { code?: string; message: string }) => refusal.code ?? refusal.message,
    );
    must(error === 'invalid_grant', error ?? 'went through');
    return error;
  });
  await report.step('its access token is refused by the server', async () => {
    const { status, headers } = await listTools(stack, tokens.access_token);
    must(status === 401, `answered ${status}`);
    return `401 ${headers.get('www-authenticate')?.split(',')[0] ?? ''}`.trim();
  });
}

/** Gets tokens without using them. */
async function signIn(stack: DemonstrationStack, provider: SignInProvider): Promise<void> {
  const options = { serverUrl: stack.mcpUrl };
  await auth(provider, options);
  const { callback } = provider;
  must(callback !== undefined, 'nobody signed in');
  const authorizationCode = callback.get('code') ?? undefined;
  await auth(provider, { ...options, authorizationCode, iss: callback.get('iss') ?? undefined });
}

async function refresh(
  stack: DemonstrationStack,
  provider: SignInProvider,
  metadata: AuthorizationServerMetadata,
  refreshToken: string,
): Promise<OAuthTokens> {
  const clientInformation = provider.clientInformation();
  must(clientInformation !== undefined, 'the client is not registered');
  const resource = new URL(stack.mcpUrl);
  return refreshAuthorization(metadata.issuer, { metadata, clientInformation, refreshToken, resource });
}

/** RFC 7009. */
async function revoke(
  provider: SignInProvider,
  metadata: AuthorizationServerMetadata,
  token: string,
): Promise<Response> {
  const endpoint = 'revocation_endpoint' in metadata ? metadata.revocation_endpoint : undefined;
  must(endpoint !== undefined, 'the metadata names no revocation endpoint');
  const clientId = provider.clientInformation()?.client_id ?? '';
  const body = new URLSearchParams({ token, token_type_hint: 'refresh_token', client_id: clientId });
  return fetch(endpoint, { method: 'POST', body });
}

function listTools(stack: DemonstrationStack, accessToken: string): Promise<Response> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
  const headers = {
    authorization: `Bearer ${accessToken}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
  };
  return fetch(stack.mcpUrl, { method: 'POST', headers, body });
}
