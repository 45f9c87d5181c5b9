import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What ECS puts beside the containers of a task: credentials of its role, and what it says of the task. */
export interface TaskAgent {
  /** Variables that lead a container to it. */
  variablesFor(container: string): Record<string, string>;
  close(): Promise<void>;
}

export interface TaskFacts {
  readonly arn: string;
  readonly cluster: string;
  readonly family: string;
  readonly region: string;
  /** Of the containers. */
  readonly names: readonly string[];
}

/** Credentials live this long; they are worth nothing anywhere but here. */
const LIFETIME_MS = 6 * 3600 * 1000;

/**
 * One listener on loopback for one task. In the account it is 169.254.170.2, which no laptop has; SDKs take the whole
 * address from another variable, and then send a token with it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export async function startAgent(task: TaskFacts): Promise<TaskAgent> {
  const token = randomBytes(24).toString('base64url');
  const id = randomUUID();
  const server = createServer((incoming, outgoing) => {
    const { status, body } = answer(incoming, { token, id, task });
    outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    variablesFor: (container) => ({
      AWS_CONTAINER_AUTHORIZATION_TOKEN: token,
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${origin}/v2/credentials/${id}`,
      ECS_CONTAINER_METADATA_URI_V4: `${origin}/v4/${container}`,
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(
  { method, url, headers }: IncomingMessage,
  { token, id, task }: { token: string; id: string; task: TaskFacts },
): { status: number; body: unknown } {
  const [, version, rest] = /^\/(v2|v4)\/(.+)$/.exec(url ?? '') ?? [];
  if (method !== 'GET' || !version) return { status: 404, body: {} };
  if (version === 'v2') {
    if (rest !== `credentials/${id}`) return { status: 404, body: {} };
    if (headers.authorization !== token) return { status: 401, body: { code: 'Unauthorized' } };
    return { status: 200, body: credentials() };
  }
  const [name, part] = String(rest).split('/');
  if (!task.names.includes(String(name))) return { status: 404, body: {} };
  const of = (container: string) => ({ DockerId: `${id}-${container}`, Name: container, DockerName: container });
  if (part === undefined) return { status: 200, body: of(String(name)) };
  if (part !== 'task') return { status: 404, body: {} };
  const { arn, cluster, family } = task;
  return {
    status: 200,
    body: { Cluster: cluster, TaskARN: arn, Family: family, Revision: '1', Containers: task.names.map(of) },
  };
}

function credentials(): Record<string, string> {
  return {
    RoleArn: 'local-task-role',
    AccessKeyId: 'LOCALTASKKEYID000000',
    SecretAccessKey: 'local-task-secret-access-key',
    Token: 'local-task-session-token',
    Expiration: new Date(Date.now() + LIFETIME_MS).toISOString().replace(/\.\d+Z$/, 'Z'),
  };
}
