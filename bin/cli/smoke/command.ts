import { CliFailure } from '../failure';

/** Which server is tried, by whom, and what must come of it. */
export interface SmokeSelection {
  readonly url: URL;
  readonly client: string;
  readonly secret: SecretSource;
  /** All tools the client must see; absent: whatever it sees. */
  readonly expect?: readonly string[];
  readonly call?: { readonly tool: string; readonly arguments: Record<string, unknown> };
  /** Asked for, as on the wire; absent: what the server recommends. */
  readonly scopes?: readonly string[];
}

/** Where the secret is. Never the command line: everybody on the machine can read that. */
export type SecretSource = { readonly variable: string } | { readonly secretId: string };

export interface SmokeOptions {
  readonly client?: string;
  readonly expect?: string;
  readonly call?: string;
  readonly arguments?: string;
  readonly scopes?: string;
  readonly 'secret-id'?: string;
  readonly 'secret-variable'?: string;
}

const DEFAULT_VARIABLE = 'MCP_CLIENT_SECRET';

export function smokeCommand(positionals: readonly string[], given: SmokeOptions): SmokeSelection {
  const [address, ...more] = positionals;
  if (address === undefined) {
    throw new CliFailure('name the MCP URL: `cdk-mcp smoke https://mcp.example.com/mcp --client ID`', 2);
  }
  if (more.length > 0) throw new CliFailure(`one server at a time: leave '${more.join(' ')}' out`, 2);
  if (!given.client) throw new CliFailure('name the machine client that tries it: `--client ID`', 2);
  return {
    url: urlIn(address),
    client: given.client,
    secret: secretSource(given),
    ...(given.expect === undefined ? {} : { expect: listIn('--expect', given.expect) }),
    ...(given.scopes === undefined ? {} : { scopes: listIn('--scopes', given.scopes) }),
    ...callIn(given),
  };
}

function urlIn(address: string): URL {
  if (!URL.canParse(address)) throw new CliFailure(`'${address}' is no URL: write https://mcp.example.com/mcp`, 2);
  const url = new URL(address);
  const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && here)) {
    throw new CliFailure(`'${address}' is not https: the client's token would be readable on the way`, 2);
  }
  if (url.username !== '' || url.password !== '') throw new CliFailure('the URL has credentials: leave them out', 2);
  return url;
}

function secretSource(given: SmokeOptions): SecretSource {
  const { 'secret-id': secretId, 'secret-variable': variable } = given;
  if (secretId !== undefined && variable !== undefined) {
    throw new CliFailure('name one place of the secret: --secret-id or --secret-variable', 2);
  }
  return secretId === undefined ? { variable: variable ?? DEFAULT_VARIABLE } : { secretId };
}

function listIn(option: string, text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  if (items.length === 0)
    throw new CliFailure(`${option} is empty: write names with commas between, or leave it out`, 2);
  return items;
}

function callIn({ call, arguments: text }: SmokeOptions): Pick<SmokeSelection, 'call'> {
  if (call === undefined) {
    if (text !== undefined) throw new CliFailure('--arguments are for a tool: name it with --call', 2);
    return {};
  }
  return { call: { tool: call, arguments: objectIn(text ?? '{}') } };
}

function objectIn(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CliFailure(`--arguments is no JSON object: write '{"id":"1"}'`, 2);
}
