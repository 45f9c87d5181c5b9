/** Reads the variables of the contract (lib/private/contract.ts); a wrong one fails at cold start, by name. */
import { CONTRACT_VERSION } from '../lib/private/contract';

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws when constructs and runtime do not know one contract. */
export function requireContract(environment: Environment, name: string): void {
  const version = required(environment, name);
  if (version !== CONTRACT_VERSION) {
    throw new Error(
      `${name} is '${version}', this runtime knows '${CONTRACT_VERSION}': deploy constructs and runtime from one version of cdk-mcp`,
    );
  }
}

export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: deploy with SecureMcpServer, which sets it`);
  }
  return value;
}

/** An https URL; plain http only on loopback, where a local stack runs. */
export function url(environment: Environment, name: string): string {
  const value = required(environment, name);
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  const secure = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopback(parsed.hostname));
  if (!secure) throw new Error(`${name} is '${value}': it must be an https URL (http only on loopback)`);
  return value;
}

/** A comma-separated list; absent or empty: no items. */
export function list(value: string | undefined): string[] {
  return (value ?? '').split(',').filter((item) => item !== '');
}

/** The same; undefined where it is absent. */
export function optionalList(value: string | undefined): string[] | undefined {
  return value === undefined ? undefined : list(value);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

/** @throws when the variable is not a JSON object. */
export function object<T extends object>(environment: Environment, name: string): T {
  const text = required(environment, name);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error(`${name} is not JSON`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${name} is not a JSON object`);
  return value as T;
}
