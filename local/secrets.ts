import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SecretSpec } from './deployment/secrets';
import { uuid } from './template/physical-ids';

export interface Secrets {
  /** What `AWS_ENDPOINT_URL_SECRETS_MANAGER` becomes. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface SecretsReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What a request says that matters here. */
export interface SecretsRequest {
  readonly authorization?: string;
  /** `x-amz-target`. */
  readonly target?: string;
  readonly body: string;
}

const CREATED = Math.floor(Date.now() / 1000);

/** The embedded Secrets Manager: `GetSecretValue` of the app's secrets, in memory, on loopback. */
export async function startSecrets(secrets: readonly SecretSpec[], region: string): Promise<Secrets> {
  const server = createServer(async (incoming, outgoing) => {
    const { authorization } = incoming.headers;
    const target = incoming.headers['x-amz-target'];
    const request = { authorization, target: String(target ?? ''), body: await textOf(incoming) };
    const { status, body } = answerSecrets(secrets, region, request);
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * One request of the JSON 1.1 protocol. The signature must be there and be one for this service and region; what it
 * signs is not checked, as the credentials here are no secret.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function answerSecrets(secrets: readonly SecretSpec[], region: string, request: SecretsRequest): SecretsReply {
  const [, scope] = /^AWS4-HMAC-SHA256 Credential=[^/,\s]+\/\d{8}\/([^,\s]+),/.exec(request.authorization ?? '') ?? [];
  if (!request.authorization) return failed('MissingAuthenticationTokenException', 'Missing Authentication Token');
  if (scope !== `${region}/secretsmanager/aws4_request`) {
    return failed('InvalidSignatureException', `Credential should be scoped to ${region} and secretsmanager.`);
  }
  if (request.target !== 'secretsmanager.GetSecretValue') {
    return failed('UnknownOperationException', `${request.target} is not mimicked here`);
  }
  const { SecretId: id, VersionStage: stage = 'AWSCURRENT', VersionId: version } = parse(request.body);
  if (typeof id !== 'string' || id === '') {
    return failed('InvalidParameterException', 'You must provide a value for the SecretId parameter.');
  }
  // By name, by ARN, or by an ARN without the characters at its end.
  const secret = secrets.find(({ arn, name }) => [name, arn, arn.slice(0, -7)].includes(id));
  if (!secret) return failed('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  const versionId = uuid(secret.arn);
  if (stage !== 'AWSCURRENT' || (version !== undefined && version !== versionId)) {
    const asked = version === undefined ? `staging label: ${stage}` : `VersionId: ${version}`;
    return failed('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${asked}`);
  }
  return {
    status: 200,
    body: {
      ARN: secret.arn,
      CreatedDate: CREATED,
      Name: secret.name,
      SecretString: secret.value,
      VersionId: versionId,
      VersionStages: ['AWSCURRENT'],
    },
  };
}

function failed(type: string, message: string): SecretsReply {
  return { status: 400, body: { __type: type, message } };
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
