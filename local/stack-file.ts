import { rmSync, writeFileSync } from 'node:fs';

/** `.local/stack.json`: what a client, a test or a person needs to use the running stack. */
export interface StackFile {
  /** Where MCP clients connect. */
  readonly mcpUrl: string;
  /** The OAuth resource (RFC 8707): the resource server's identifier. */
  readonly resource: string;
  /** It is behind a REST API, which renames `WWW-Authenticate` of what is behind it: clients cannot step up. */
  readonly renamesChallenge?: boolean;
  /** `iss` of the access tokens. */
  readonly issuer: string;
  /** Issuer that clients see: the broker's, which is the origin of the MCP URL. */
  readonly authorizationServer: string;
  readonly tokenEndpoint: string;
  readonly authorizationEndpoint: string;
  /** Empty where a provider of its own has none. */
  readonly revocationEndpoint: string;
  /** Where clients register themselves (RFC 7591), if they may. */
  readonly registrationEndpoint?: string;
  /** Hosts whose client ID metadata documents are accepted. */
  readonly metadataHosts: readonly string[];
  readonly machineClients: Readonly<Record<string, MachineClient>>;
  /** Clients people sign in with that were registered before, by their ids. */
  readonly clients: Readonly<Record<string, UserClient>>;
  readonly users: readonly DemoUser[];
  /** Folder with a log per function and per stage. */
  readonly logs: string;
  /** The audit records of all functions, one JSON document a line. */
  readonly auditLog: string;
  /** Region the stack believes to be in. */
  readonly region: string;
  /** The embedded DynamoDB, when the app has tables. */
  readonly tablesEndpoint?: string;
  /** The broker's table there. */
  readonly grantsTable?: string;
  /** The pool's private key (JWK) of this run: lets tests forge tokens of this local pool. Empty without a pool. */
  readonly signingKey: string;
}

export interface MachineClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

export interface UserClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
  /** It has a secret; the broker keeps the hash of it alone, so it may not be known here. */
  readonly confidential: boolean;
}

export interface DemoUser {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** Readable by its owner alone: it holds the secrets of this run. */
export function writeStackFile(path: string, stack: StackFile): void {
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
}

export function removeStackFile(path: string): void {
  rmSync(path, { force: true });
}
