/**
 * Calls to AWS, signed and sent by fetch. The AWS SDK would add more to every cold start than the rest of the guard
 * together.
 */
import { AwsClient } from 'aws4fetch';
import type { Environment } from '../environment';
import { fetchAgain } from '../fetch-again';
import { credentialsOf } from './credentials-provider';

const TIMEOUT_MS = 2_000;
const RETRIES = 2;

export interface AwsCall {
  /** As in the host name of the service and in `AWS_ENDPOINT_URL_<SERVICE>`. */
  readonly service: string;
  /** Name that requests are signed for, where it is not that of the host. */
  readonly signingName?: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs?: number;
}

/** An answer that is no success: its status, and the type of the error as AWS names it. */
export class AwsError extends Error {
  constructor(
    service: string,
    readonly status: number,
    readonly type: string,
  ) {
    super(`${service} answered ${status} ${type}`);
  }
}

export type CallAws = (call: AwsCall) => Promise<unknown>;

/** @returns the parsed answer of a successful call; what failed on the other side is tried again. */
export function awsCaller(environment: Environment, fetcher: typeof fetch = fetch): CallAws {
  const region = environment.AWS_REGION ?? 'us-east-1';
  const send = fetchAgain(fetcher);
  const credentials = credentialsOf(environment);
  return async ({ service, signingName = service, path, headers, body, timeoutMs = TIMEOUT_MS }) => {
    const endpoint = environment[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll('-', '_')}`];
    const origin = endpoint ?? `https://${service}.${region}.amazonaws.com`;
    const url = path === undefined ? origin : `${origin.replace(/\/$/, '')}${path}`;
    const signer = new AwsClient({
      ...(await credentials()),
      region,
      service: signingName,
    });
    for (let attempt = 0; ; attempt++) {
      const request = await signer.sign(url, { method: 'POST', headers, body });
      const response = await send(request, { signal: AbortSignal.timeout(timeoutMs) });
      if (response.ok) return response.json();
      const error = new AwsError(service, response.status, await errorTypeOf(response));
      if (response.status < 500 || attempt >= RETRIES) throw error;
    }
  };
}

async function errorTypeOf(response: Response): Promise<string> {
  const named = response.headers.get('x-amzn-errortype');
  try {
    const { __type: type } = (await response.json()) as { __type?: unknown };
    return String(named ?? type).replace(/^.*#|:.*$/g, '');
  } catch {
    return named ?? 'unknown error';
  }
}
