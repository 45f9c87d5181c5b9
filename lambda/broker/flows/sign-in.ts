/** Sends the browser to sign in: from here on there is a transaction. */
import type { AuthorizationRequest } from '../authorization-request';
import { wireScopes } from '../config';
import { type Reply, redirect } from '../http';
import { derive, hashOf } from '../seal';
import type { Services } from '../services';

export async function beginSignIn(
  request: AuthorizationRequest,
  browser: string,
  { config, transactions, upstream }: Services,
  rememberedUser?: string,
): Promise<Reply> {
  const state = await transactions.open({ request, browser: hashOf(browser), rememberedUser });
  return redirect(
    await upstream.signInUrl({
      state,
      verifier: derive(state, 'pkce'),
      scopes: wireScopes(config, request.scopes),
      resource: config.resource,
    }),
  );
}
