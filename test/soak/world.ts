/**
 * What a guarded server needs around it: an issuer's keys, a table of grants on a loopback port that speaks enough of
 * DynamoDB, and tokens of every kind, good and bad.
 */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { CONTRACT_VERSION, GuardVariable, type PolicyDocument } from '../../lib/private/contract';

const USER_CLIENT = 'soak-client';
const MACHINE_CLIENT = 'soak-machine';
const GROUPS = 'cognito:groups';

const POLICY: PolicyDocument = {
  version: 1,
  scopes: ['soak:read', 'soak:write'],
  rateLimits: [{ calls: 1e9, seconds: 60, exact: false }],
  rules: [
    {
      tools: ['add', 'who', 'progress', 'slow', 'secret', 'huge', 'throws', 'says_error', 'absent'],
      prompts: ['greet'],
      resources: ['soak://item/*', 'soak://fixed'],
      scopes: ['soak:read'],
    },
    { tools: ['write'], scopes: ['soak:write'] },
    { tools: ['admin'], scopes: ['soak:read'], groups: ['admins'] },
  ],
};

/** Tokens by what is wrong with them; `users` and `machines` are good, `crowd` is more than a cache holds. */
export interface Tokens {
  readonly users: readonly { readonly id: string; readonly token: string }[];
  readonly machines: readonly { readonly id: string; readonly token: string }[];
  readonly crowd: readonly string[];
  readonly bad: Readonly<Record<BadToken, string>>;
}

const BAD = ['expired', 'audience', 'use', 'forged', 'unknownKey', 'revoked', 'ungranted', 'noTable'] as const;
export type BadToken = (typeof BAD)[number];

export interface World {
  readonly environment: Readonly<Record<string, string>>;
  readonly resource: string;
  readonly tokens: Tokens;
  close(): void;
}

/** `port`: where the server will listen, which its resource names. */
export async function makeWorld(port: number, crowd: number): Promise<World> {
  const resource = `http://127.0.0.1:${port}/mcp`;
  const keys = await generateKeyPair('RS256');
  const other = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'soak', alg: 'RS256', use: 'sig' };
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'GET') return response.end(JSON.stringify({ keys: [jwk] }));
    const { status, body } = grantAnswer(await bodyOf(request));
    return response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const now = Math.floor(Date.now() / 1000);

  const sign = (claims: Record<string, unknown>, kid = 'soak', key = keys.privateKey) =>
    new SignJWT({
      iss: origin,
      token_use: 'access',
      iat: now,
      exp: now + 7200,
      client_id: USER_CLIENT,
      aud: resource,
      scope: `${resource}/soak:read`,
      origin_jti: 'living',
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(key);
  const user = async (id: string, claims: Record<string, unknown> = {}) => ({
    id,
    token: await sign({ sub: id, username: id, origin_jti: `living-${id}`, ...claims }),
  });
  const machine = { sub: MACHINE_CLIENT, client_id: MACHINE_CLIENT, aud: undefined, origin_jti: undefined };

  const tokens: Tokens = {
    users: await Promise.all(
      ['ada', 'ben', 'cyd', 'dee', 'eve', 'fay', 'gus', 'hal'].map((id, index) =>
        user(
          id,
          index % 2 === 0 ? {} : { [GROUPS]: ['admins'], scope: `${resource}/soak:read ${resource}/soak:write` },
        ),
      ),
    ),
    machines: [{ id: MACHINE_CLIENT, token: await sign(machine) }],
    crowd: await Promise.all(Array.from({ length: crowd }, async (_, index) => (await user(`crowd-${index}`)).token)),
    bad: {
      expired: await sign({ sub: 'ada', exp: now - 60 }),
      audience: await sign({ sub: 'ada', aud: 'https://elsewhere.example/mcp' }),
      use: await sign({ sub: 'ada', token_use: 'id' }),
      forged: await sign({ sub: 'ada' }, 'soak', other.privateKey),
      unknownKey: await sign({ sub: 'ada' }, 'nobody'),
      revoked: await sign({ sub: 'ada', origin_jti: 'revoked' }),
      ungranted: await sign({ sub: 'ada', origin_jti: 'absent' }),
      noTable: await sign({ sub: 'ada', origin_jti: 'failing' }),
    },
  };
  return {
    resource,
    tokens,
    environment: {
      [GuardVariable.contract]: CONTRACT_VERSION,
      [GuardVariable.server]: 'soak',
      [GuardVariable.resource]: resource,
      [GuardVariable.resourceMetadata]: `http://127.0.0.1:${port}/.well-known/oauth-protected-resource/mcp`,
      [GuardVariable.tokenIssuer]: origin,
      [GuardVariable.jwksUri]: `${origin}/jwks.json`,
      [GuardVariable.scopePrefix]: `${resource}/`,
      [GuardVariable.userClients]: USER_CLIENT,
      [GuardVariable.machineClients]: MACHINE_CLIENT,
      [GuardVariable.policy]: JSON.stringify(POLICY),
      [GuardVariable.grants]: 'soak-grants',
      [GuardVariable.state]: 'none',
      AWS_ENDPOINT_URL_DYNAMODB: origin,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function grantAnswer(body: string): { status: number; body: object } {
  const key: string = JSON.parse(body).Key.pk.S;
  if (key.endsWith('#failing')) return { status: 400, body: { __type: 'ResourceNotFoundException' } };
  if (key.endsWith('#absent')) return { status: 200, body: {} };
  const revoked = key.endsWith('#revoked') ? { revoked: { N: '1' } } : {};
  return { status: 200, body: { Item: { client: { S: 'client of soak' }, expires: { N: '4102444800' }, ...revoked } } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
