/** A deployed server, tried from outside: is it closed to those it must not know, and open to the one it knows? */
import {
  Client,
  ClientCredentialsProvider,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import type { SmokeSelection } from './command';
import { forgeries } from './forgeries';
import { postWith, postWithout } from './requests';

/** One thing that was tried; also a line of `--json`. */
export interface SmokeCheck {
  readonly check: string;
  readonly passed: boolean;
  readonly detail: string;
}

export interface SmokeReport {
  readonly version: 1;
  readonly url: string;
  readonly client: string;
  readonly passed: boolean;
  readonly checks: readonly SmokeCheck[];
}

/** How long each request may take. */
const PATIENCE_MS = 30_000;

/** Characters of what is said of a check. */
const MAX_DETAIL = 300;

type Attempt = (check: string, attempt: () => Promise<string>) => Promise<boolean>;

export async function smoke(selection: SmokeSelection, secret: string): Promise<SmokeReport> {
  const checks: SmokeCheck[] = [];
  const forms = formsOf(secret, selection.client);
  const shown = (text: string) => withoutSecret(text, forms).replace(/\s+/g, ' ').slice(0, MAX_DETAIL);
  const attempt: Attempt = async (check, perform) => {
    try {
      checks.push({ check, passed: true, detail: shown(await perform()) });
      return true;
    } catch (error) {
      checks.push({ check, passed: false, detail: shown(messageOf(error)) });
      return false;
    }
  };
  // The SDK warns of what a token endpoint said, in its words.
  const { warn } = console;
  console.warn = (...said: unknown[]) => warn(shown(said.map(String).join(' ')));
  try {
    await tryAll(selection, secret, attempt);
  } finally {
    console.warn = warn;
  }
  const passed = checks.every((one) => one.passed);
  return { version: 1, url: selection.url.href, client: selection.client, passed, checks };
}

async function tryAll(selection: SmokeSelection, secret: string, attempt: Attempt): Promise<void> {
  const { url } = selection;
  await attempt('nobody gets in without a token', () => refused(postWithout(url, PATIENCE_MS)));
  let issuer = url.origin;
  const described = await attempt('the resource metadata names the authorization server', async () => {
    const { resource, authorization_servers: servers } = await discoverOAuthProtectedResourceMetadata(url);
    if (resource !== url.href) throw new Error(`it is of the resource ${resource}, not of ${url.href}`);
    issuer = servers?.[0] ?? issuer;
    return issuer;
  });
  if (!described) return;
  const found = await attempt('the authorization server says where its tokens are', async () => {
    const metadata = await discoverAuthorizationServerMetadata(issuer);
    if (metadata === undefined) throw new Error(`${issuer} has no metadata`);
    return metadata.token_endpoint;
  });
  if (!found) return;
  await tryClient(selection, secret, issuer, attempt);
}

async function tryClient(selection: SmokeSelection, secret: string, issuer: string, attempt: Attempt): Promise<void> {
  const { url, client: clientId, scopes, expect, call } = selection;
  const provider = new ClientCredentialsProvider({
    clientId,
    clientSecret: secret,
    expectedIssuer: issuer,
    ...(scopes && { scope: scopes.join(' ') }),
  });
  const client = new Client({ name: 'cdk-mcp-smoke', version: '1' }, { versionNegotiation: { mode: 'auto' } });
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  const connected = await attempt('the client gets a token and connects', async () => {
    await client.connect(transport, { timeout: PATIENCE_MS });
    return `MCP ${client.getNegotiatedProtocolVersion() ?? 'of an unknown version'}`;
  });
  if (!connected) return;
  try {
    await attempt(expect ? 'it sees its tools and no other' : 'it sees its tools', async () => {
      const { tools } = await client.listTools(undefined, { timeout: PATIENCE_MS });
      return compared(tools.map(({ name }) => name).sort(), expect);
    });
    if (call) {
      await attempt(`it calls ${call.tool}`, async () => {
        const result = await client.callTool({ name: call.tool, arguments: call.arguments }, { timeout: PATIENCE_MS });
        if (result.isError === true) throw new Error(`it failed: ${JSON.stringify(result.content)}`);
        return 'it answered';
      });
    }
    const token = provider.tokens()?.access_token ?? '';
    for (const { name, forged } of forgeries(token)) {
      await attempt(`${name} is refused`, () => refused(postWith(url, forged, PATIENCE_MS)));
    }
  } finally {
    await client.close();
  }
}

async function refused(answer: Promise<number>): Promise<string> {
  const status = await answer;
  if (status !== 401) throw new Error(`answered ${status}, not 401`);
  return '401';
}

function compared(names: readonly string[], expected: readonly string[] | undefined): string {
  const shown = names.join(', ') || 'none';
  if (expected === undefined) {
    if (names.length === 0) throw new Error('it sees none');
    return shown;
  }
  const missing = expected.filter((name) => !names.includes(name));
  const extra = names.filter((name) => !expected.includes(name));
  if (missing.length === 0 && extra.length === 0) return shown;
  throw new Error(
    [
      ...(missing.length > 0 ? [`it does not see ${missing.join(', ')}`] : []),
      ...(extra.length > 0 ? [`it sees ${extra.join(', ')}`] : []),
    ].join('; '),
  );
}

function messageOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  const reason = cause?.code ?? cause?.message;
  return `${message ?? error}${reason ? ` (${reason})` : ''}`;
}

/** What a server may have been sent the secret as: in a form, and in the header of RFC 6749, section 2.3.1. */
function formsOf(secret: string, client: string): readonly string[] {
  const encoded = encodeURIComponent(secret);
  const form = new URLSearchParams({ '': secret }).toString().slice(1);
  const basic = [`${client}:${secret}`, `${encodeURIComponent(client)}:${encoded}`, `${client}:${encoded}`].map(
    (pair) => Buffer.from(pair).toString('base64').replace(/=+$/, ''),
  );
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [...basic, ...basic.map(encodeURIComponent), form, encoded, quoted, secret];
}

/** A server that echoes what it was sent must not put the secret into a log: taken out whole, before anything is cut. */
function withoutSecret(text: string, forms: readonly string[]): string {
  return forms.reduce((rest, form) => rest.replaceAll(form, '[the secret]'), text);
}
