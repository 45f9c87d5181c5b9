/** The token with which the probe calls: renewed in good time, and kept until shortly before its end. */
import type { Environment } from '../environment';
import { awsCaller } from '../guard/aws';
import type { Ask } from './ask';
import type { ProbeCaller } from './config';

/** A token this close to its end is not used again, in milliseconds. */
const SPARE_MS = 120_000;
/** From here on another one is asked for, once with every look, so that a short failure costs none. */
const RENEW_MS = 600_000;

export type ReadSecret = (secretId: string) => Promise<string>;

/** What there is to call with. */
export interface Held {
  /** Undefined: nothing. */
  readonly token?: string;
  /** Why no new one is to be had; undefined: it is, or none was asked for. */
  readonly fault?: unknown;
}

/** Asks for a new one before its time where the old one is not taken. */
export type Tokens = (fresh?: boolean) => Promise<Held>;

export function tokenOf(caller: ProbeCaller, ask: Ask, readSecret: ReadSecret, clock = Date.now): Tokens {
  let kept: { readonly token?: string; readonly end: number } = { end: 0 };
  let secret: string | undefined;
  return async (fresh = false) => {
    if (!fresh && clock() < kept.end - RENEW_MS) return { token: kept.token };
    try {
      kept = await renewed();
      return { token: kept.token };
    } catch (fault) {
      return { token: clock() < kept.end - SPARE_MS ? kept.token : undefined, fault };
    }
  };

  async function renewed() {
    secret ??= await readSecret(caller.secretId);
    const basic = Buffer.from(`${encodeURIComponent(caller.client)}:${encodeURIComponent(secret)}`).toString('base64');
    const { status, body } = await ask(caller.tokenEndpoint, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: caller.scope }).toString(),
    });
    if (status !== 200) {
      // It may have been replaced since.
      secret = undefined;
      throw new Error(`the token endpoint answered ${status}`);
    }
    const { access_token: token, expires_in: seconds } = JSON.parse(body) as Record<string, unknown>;
    if (typeof token !== 'string') throw new Error('the token endpoint gave no token');
    return { token, end: clock() + Number(seconds) * 1000 };
  }
}

export function secretsManager(environment: Environment): ReadSecret {
  const aws = awsCaller(environment);
  return async (SecretId) => {
    const answer = await aws({
      service: 'secretsmanager',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
      body: JSON.stringify({ SecretId }),
    });
    const { SecretString } = answer as { SecretString?: string };
    if (!SecretString) throw new Error('the secret of the probe is empty');
    return SecretString;
  };
}
