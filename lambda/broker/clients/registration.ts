/** Dynamic registration requests, judged (RFC 7591 §2). Only public clients register themselves. */
import type { Client } from './client';
import { isRegistrableRedirect } from './registrable-redirect';

export type JudgedRegistration =
  | { readonly ok: true; readonly client: Omit<Client, 'id'>; readonly applicationType?: string }
  | {
      readonly ok: false;
      readonly error: 'invalid_client_metadata' | 'invalid_redirect_uri';
      readonly description: string;
    };

const MAX_REDIRECT_URIS = 10;
const MAX_NAME = 200;
const SUPPORTED_GRANTS = ['authorization_code', 'refresh_token'];

export function judgeRegistration(metadata: unknown): JudgedRegistration {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return bad('the body must be a JSON object');
  }
  const given = metadata as Record<string, unknown>;
  const method = given.token_endpoint_auth_method ?? 'none';
  if (method !== 'none') return bad("only public clients register here: token_endpoint_auth_method must be 'none'");
  const grants = strings(given.grant_types ?? ['authorization_code']);
  if (
    grants === undefined ||
    !grants.includes('authorization_code') ||
    !grants.every((grant) => SUPPORTED_GRANTS.includes(grant))
  ) {
    return bad('grant_types must be authorization_code, and refresh_token if wanted');
  }
  const responses = strings(given.response_types ?? ['code']);
  if (responses === undefined || responses.length !== 1 || responses[0] !== 'code') {
    return bad("response_types must be ['code']");
  }
  const { application_type: applicationType, client_name: clientName } = given;
  if (applicationType !== undefined && applicationType !== 'native' && applicationType !== 'web') {
    return bad("application_type must be 'native' or 'web'");
  }
  if (clientName !== undefined && (typeof clientName !== 'string' || clientName.length > MAX_NAME)) {
    return bad(`client_name must be a text of at most ${MAX_NAME} characters`);
  }
  const uris = strings(given.redirect_uris);
  if (
    uris === undefined ||
    uris.length === 0 ||
    uris.length > MAX_REDIRECT_URIS ||
    !uris.every(isRegistrableRedirect)
  ) {
    return {
      ok: false,
      error: 'invalid_redirect_uri',
      description: `redirect_uris must be 1 to ${MAX_REDIRECT_URIS} URIs, each https or http on loopback, without user or fragment`,
    };
  }
  return {
    ok: true,
    client: {
      kind: 'dynamic',
      name: clientName === undefined || clientName.trim() === '' ? 'A client without a name' : clientName,
      redirectUris: uris,
      authentication: { method: 'none' },
    },
    applicationType,
  };
}

function bad(description: string): JudgedRegistration {
  return { ok: false, error: 'invalid_client_metadata', description };
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
