import { Token } from 'aws-cdk-lib';
import type { PreRegisteredClient } from '../private/contract';
import { privateUseUriProblem, redirectUriProblem } from '../private/web-addresses';
import type { PreRegisteredClientProps } from './client-registration-props';

/** No colon and no slash, so that it is never taken for the address of a metadata document. */
const CLIENT_ID = /^[A-Za-z0-9._~-]{1,64}$/;

/** What is wrong with the clients registered in code, in words. */
export function preRegisteredProblems(clients: readonly PreRegisteredClientProps[]): string[] {
  const ids = clients.map((client) => client.clientId);
  return clients.flatMap((client, index) => [
    ...idProblems(client.clientId, ids.indexOf(client.clientId) !== index),
    ...nameProblems(client),
    ...uriProblems(client),
    ...secretProblems(client),
  ]);
}

/** The broker's record. */
export function preRegisteredClient(client: PreRegisteredClientProps): PreRegisteredClient {
  return {
    id: client.clientId,
    name: client.name ?? client.clientId,
    redirectUris: redirectUrisOf(client),
    ...(client.secretHash !== undefined && { secretHash: client.secretHash }),
  };
}

function redirectUrisOf(client: PreRegisteredClientProps): string[] {
  return [...(client.redirectUris ?? []), ...(client.privateUseRedirectUris ?? [])];
}

function idProblems(id: string, taken: boolean): string[] {
  if (!CLIENT_ID.test(id)) return [`clientId '${id}' is not allowed: use 1 to 64 letters, digits and ._~-`];
  return taken ? [`clientId '${id}' is taken: give each client its own`] : [];
}

function nameProblems({ clientId, name }: PreRegisteredClientProps): string[] {
  if (name === undefined || Token.isUnresolved(name) || /^(?=.*\S)\P{C}{1,80}$/u.test(name)) return [];
  return [`name '${name}' of client '${clientId}' is not allowed: use 1 to 80 characters that people can read`];
}

function uriProblems(client: PreRegisteredClientProps): string[] {
  const uris = redirectUrisOf(client);
  if (uris.length === 0) {
    return [`client '${client.clientId}' has no redirect URI: name the address its users return to`];
  }
  const twice = uris.filter((uri, index) => uris.indexOf(uri) !== index);
  return [
    ...(client.redirectUris ?? []).map(redirectUriProblem),
    ...(client.privateUseRedirectUris ?? []).map(privateUseUriProblem),
    ...twice.map((uri) => `redirect URI '${uri}' stands twice in client '${client.clientId}': remove one`),
  ].filter((problem) => problem !== undefined);
}

function secretProblems({ clientId, secretHash }: PreRegisteredClientProps): string[] {
  if (secretHash === undefined || Token.isUnresolved(secretHash) || /^[0-9a-f]{64}$/.test(secretHash)) return [];
  // The value is not shown: it may be the secret itself.
  return [
    `secretHash of client '${clientId}' is not a SHA-256 in hexadecimal: give the 64 lower-case digits that ` +
      '`printf %s "$SECRET" | sha256sum` prints, never the secret itself',
  ];
}
