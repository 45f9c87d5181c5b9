/**
 * Credentials of the role of a container: on ECS they are not in the environment but asked for, and change every few
 * hours (https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html). They are asked for once
 * for all that need them, kept, and asked for again shortly before they end.
 */
import { readFileSync } from 'node:fs';
import type { Environment } from '../environment';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export type CredentialsProvider = () => Credentials | Promise<Credentials>;

const ECS = 'http://169.254.170.2';
/** Where credentials may be asked for without TLS: this machine, the task's own agent, and that of a pod. */
const PLAIN: ReadonlySet<string> = new Set([
  'localhost',
  '127.0.0.1',
  '[::1]',
  '169.254.170.2',
  '169.254.170.23',
  '[fd00:ec2::23]',
]);

/** New ones are asked for this long before the old ones end; until then the old ones do where there are none. */
const EARLY_MS = 5 * 60_000;
const TIMEOUT_MS = 2_000;
const ATTEMPTS = 3;

/** @throws when the environment names an address that credentials must not be asked of. */
export function containerCredentials(
  environment: Environment,
  fetcher: typeof fetch = fetch,
  clock = Date.now,
): CredentialsProvider {
  const url = addressIn(environment);
  let kept: (Credentials & { readonly until: number }) | undefined;
  let asking: Promise<Credentials> | undefined;

  async function ask(): Promise<Credentials> {
    try {
      kept = await asked(url, environment, fetcher);
      return kept;
    } catch (fault) {
      if (kept !== undefined && clock() < kept.until) return kept;
      throw fault;
    }
  }

  return () => {
    if (kept !== undefined && clock() < kept.until - EARLY_MS) return kept;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

function addressIn({
  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path,
  AWS_CONTAINER_CREDENTIALS_FULL_URI: full,
}: Environment): URL {
  // A path alone: one that begins with `@` or with another host would leave the agent's address.
  const value = path === undefined || path === '' ? full : path.startsWith('/') ? `${ECS}${path}` : undefined;
  const url = value !== undefined && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && PLAIN.has(url.hostname)))) {
    throw new Error(
      `credentials must not be asked for at '${path ?? full}': it must be https, or http on this machine or the task's agent`,
    );
  }
  return url;
}

async function asked(url: URL, environment: Environment, fetcher: typeof fetch) {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file, AWS_CONTAINER_AUTHORIZATION_TOKEN: token } = environment;
  // Read each time: the file is written anew before the token in it ends.
  const authorization = file === undefined ? token : readFileSync(file, 'utf8').trim();
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetcher(url, {
        headers: authorization === undefined ? {} : { authorization },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (!response.ok) throw new Error(`the task's credentials: ${response.status}`);
      return credentialsIn(await response.json());
    } catch (fault) {
      if (attempt >= ATTEMPTS) throw fault;
    }
  }
}

function credentialsIn(answer: unknown) {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = answer as Record<string, unknown>;
  const until = Date.parse(String(Expiration));
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string' || Number.isNaN(until)) {
    throw new Error("the task's credentials cannot be read");
  }
  const sessionToken = typeof Token === 'string' ? Token : undefined;
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken, until };
}
