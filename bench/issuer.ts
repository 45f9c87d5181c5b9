/** An issuer on loopback with one key, and the environment of a server that trusts it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { CONTRACT_VERSION, GuardVariable } from '../lib/private/contract';

const RESOURCE = 'https://mcp.example.com/mcp';
const CLIENT = 'bench-client';

export interface BenchIssuer {
  readonly environment: Record<string, string>;
  readonly resource: string;
  readonly token: string;
  close(): void;
}

export async function startIssuer(): Promise<BenchIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = await new SignJWT({
    token_use: 'access',
    client_id: CLIENT,
    scope: `${RESOURCE}/bench:call`,
    'cognito:groups': ['staff'],
    username: 'ada',
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
    .setIssuer(issuer)
    .setAudience(RESOURCE)
    .setSubject('3f1c9c4e-0000-4000-8000-000000000001')
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  const policy = {
    version: 1,
    scopes: ['bench:call'],
    rules: [{ tools: ['tool_*'], scopes: ['bench:call'] }],
    rateLimits: [{ calls: 1e9, seconds: 60, exact: false }],
  };
  return {
    resource: RESOURCE,
    token,
    environment: {
      [GuardVariable.contract]: CONTRACT_VERSION,
      [GuardVariable.server]: 'bench',
      [GuardVariable.resource]: RESOURCE,
      [GuardVariable.resourceMetadata]: 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp',
      [GuardVariable.tokenIssuer]: issuer,
      [GuardVariable.jwksUri]: `${issuer}/jwks.json`,
      [GuardVariable.scopePrefix]: `${RESOURCE}/`,
      [GuardVariable.userClients]: CLIENT,
      [GuardVariable.policy]: JSON.stringify(policy),
      [GuardVariable.grants]: 'none',
      [GuardVariable.state]: 'none',
    },
    close: () => server.close(),
  };
}
