/** How a client that has nothing but the MCP URL finds the way to a token. */
import { bearer, expectUnauthorized, parameterOf, REFERENCES, type Scenario, type Subject } from './scenario';

const { challenge, metadata, metadataCheck, serverMetadata, pkce, bearer: errors } = REFERENCES;

type Document = Readonly<Record<string, unknown>>;

export const DISCOVERY: readonly Scenario[] = [
  {
    id: 'challenge-names-metadata',
    description: 'The 401 names the protected resource metadata',
    reference: challenge,
    run: async ({ send }) => {
      const answer = await send({});
      const wrong = expectUnauthorized(answer);
      if (wrong !== undefined) return wrong;
      return parameterOf(answer, 'resource_metadata') === undefined
        ? `no resource_metadata in '${answer.challenge}'`
        : undefined;
    },
  },
  {
    id: 'challenge-without-error',
    description: 'A request without a token is not told that its token is wrong',
    reference: errors,
    run: async ({ send }) => {
      const answer = await send({});
      const error = parameterOf(answer, 'error');
      return expectUnauthorized(answer) ?? (error === undefined ? undefined : `error="${error}" in the challenge`);
    },
  },
  {
    id: 'challenge-invalid-token',
    description: 'A request with a wrong token is told invalid_token',
    reference: errors,
    run: async ({ send }) => {
      const answer = await send(bearer('garbage'));
      const error = parameterOf(answer, 'error');
      return (
        expectUnauthorized(answer) ?? (error === 'invalid_token' ? undefined : `error="${error}" in the challenge`)
      );
    },
  },
  {
    id: 'metadata-is-found',
    description: 'Challenge or path-inserted address lead to metadata of this resource (clients must know both)',
    reference: metadata,
    run: async (subject) => {
      const named = parameterOf(await subject.send({}), 'resource_metadata');
      return ofThisResource(
        subject,
        await documentAt(named ?? wellKnown(subject, new URL(subject.stack.resource).pathname)),
      );
    },
  },
  {
    id: 'metadata-path-inserted',
    description: 'The path-inserted address has the metadata, and its resource is the MCP URL to the letter',
    reference: metadataCheck,
    only: 'HTTP API',
    run: async (subject) =>
      ofThisResource(subject, await documentAt(wellKnown(subject, new URL(subject.stack.resource).pathname))),
  },
  {
    id: 'metadata-root',
    description: 'The root address has the metadata, and its resource is the MCP URL to the letter',
    reference: metadataCheck,
    only: 'HTTP API',
    run: async (subject) => ofThisResource(subject, await documentAt(wellKnown(subject, ''))),
  },
  {
    id: 'metadata-scopes',
    description: 'The scopes it recommends are of this server, without offline_access',
    reference: metadata,
    only: 'HTTP API',
    run: async (subject) => {
      const { scopes_supported: scopes } = await documentAt(wellKnown(subject, ''));
      const own = Array.isArray(scopes) && scopes.length > 0;
      return own && scopes.every((scope) => String(scope).startsWith(`${subject.stack.resource}/`))
        ? undefined
        : `scopes_supported is ${JSON.stringify(scopes)}`;
    },
  },
  {
    id: 'authorization-server-issuer',
    description: 'The authorization server it names has metadata whose issuer is that name to the letter',
    reference: serverMetadata,
    only: 'HTTP API',
    run: async (subject) => {
      const { named, document } = await authorizationServer(subject);
      return document.issuer === named ? undefined : `issuer ${document.issuer}, named as ${named}`;
    },
  },
  {
    id: 'authorization-server-pkce',
    description: 'The authorization server says that it takes S256',
    reference: pkce,
    only: 'HTTP API',
    run: async (subject) => {
      const { code_challenge_methods_supported: methods } = (await authorizationServer(subject)).document;
      return Array.isArray(methods) && methods.includes('S256') ? undefined : `methods ${JSON.stringify(methods)}`;
    },
  },
];

function wellKnown({ stack }: Subject, path: string): string {
  return `${new URL(stack.resource).origin}/.well-known/oauth-protected-resource${path}`;
}

async function documentAt(url: string): Promise<Document> {
  const response = await fetch(url, { redirect: 'error' });
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Document;
}

function ofThisResource(
  { stack }: Subject,
  { resource, authorization_servers: servers }: Document,
): string | undefined {
  if (resource !== stack.resource) return `resource ${resource}, not ${stack.resource}`;
  return Array.isArray(servers) && servers.length > 0 ? undefined : 'no authorization server';
}

async function authorizationServer(subject: Subject) {
  const { authorization_servers: servers } = await documentAt(wellKnown(subject, ''));
  const named = String((servers as unknown[] | undefined)?.[0]);
  return { named, document: await documentAt(`${named}/.well-known/oauth-authorization-server`) };
}
