import {
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
} from '@modelcontextprotocol/client';
import { must, type Report } from './report';
import type { DemonstrationStack } from './stack';

/** Nobody gets in without a token, and the MCP URL alone leads to the place that issues one. */
export async function showDiscovery(stack: DemonstrationStack, report: Report): Promise<string> {
  let issuer = new URL(stack.mcpUrl).origin;
  await report.part('Without a token: refused, but told where to get one', async () => {
    await report.step('POST without a token', async () => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const { status } = await fetch(stack.mcpUrl, { method: 'POST', headers, body });
      must(status === 401, `answered ${status}, not 401`);
      return '401';
    });
    await report.step('protected resource metadata names the authorization server', async () => {
      const { resource, authorization_servers: servers } = await discoverOAuthProtectedResourceMetadata(stack.mcpUrl);
      must(resource === stack.mcpUrl, `is of resource ${resource}, not ${stack.mcpUrl}`);
      must(servers?.[0] !== undefined, 'names no authorization server');
      issuer = servers[0];
      return issuer;
    });
    await report.step('authorization server metadata names the endpoints', async () => {
      const metadata = await discoverAuthorizationServerMetadata(issuer);
      must(metadata !== undefined, `${issuer} has no metadata`);
      const { code_challenge_methods_supported: methods, token_endpoint: tokenEndpoint } = metadata;
      must(methods?.includes('S256'), 'does not advertise PKCE with S256');
      return tokenEndpoint;
    });
  });
  return issuer;
}
