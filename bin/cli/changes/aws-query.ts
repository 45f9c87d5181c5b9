import { AwsClient } from 'aws4fetch';
import { CliFailure } from '../failure';

/** Calls to the AWS services that speak XML; the SDK's clients for them would be larger than this whole program. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface QueryCall {
  readonly service: 'sts' | 'cloudformation';
  readonly region: string;
  readonly credentials: Credentials;
  readonly version: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

type Environment = Readonly<Record<string, string | undefined>>;

const PATIENCE_MS = 30_000;

/** An answer that is no success, as AWS names it. */
export class QueryError extends CliFailure {
  constructor(
    { service, action }: QueryCall,
    readonly code: string,
    readonly reason: string,
  ) {
    super(`${service} refuses ${action}: ${code}${reason ? `, ${reason}` : ''}`);
  }
}

/** The body of a successful answer. */
export async function query(call: QueryCall, environment: Environment): Promise<string> {
  const { service, region, credentials, version, action, parameters } = call;
  const signer = new AwsClient({ ...credentials, region, service });
  const body = new URLSearchParams({ Action: action, Version: version, ...parameters }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const options = { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) };
  const response = await signer.fetch(endpointOf(service, region, environment), options).catch((error: Error) => {
    throw new CliFailure(`cannot reach ${service} in ${region} (${error.message})`);
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new QueryError(call, element(text, 'Code') ?? String(response.status), element(text, 'Message') ?? '');
}

/** The text of the first element of a name, its entities resolved. */
export function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1];
  return found === undefined ? undefined : unescaped(found);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

function endpointOf(service: string, region: string, environment: Environment): string {
  const given = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  return given ?? `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
}
