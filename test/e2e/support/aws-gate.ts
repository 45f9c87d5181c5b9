/** Stands between the functions of a stack and the AWS services they call: knows each call, and may refuse it. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Preload } from '../../../local/functions/preload';

export interface AwsCall {
  /** Name of the function that calls. */
  readonly caller: string;
  /** As policies name it, e.g. `dynamodb:GetItem`. */
  readonly action: string;
  /** The table's name, or the secret's ARN. */
  readonly target: string;
  /** Value of the item's partition key. */
  readonly key?: string;
}

/** What is answered in place of the service. */
export type Verdict = 'pass' | 'hang' | { readonly status: number; readonly type: string };

export interface AwsGate {
  /** What the functions load to be led here. */
  readonly preload: Preload;
  /** Decides on every call from now on. */
  decide: (call: AwsCall) => Verdict;
  close(): Promise<void>;
}

const SERVICES: Readonly<Record<string, string>> = { DynamoDB_20120810: 'dynamodb', secretsmanager: 'secretsmanager' };

export async function startAwsGate(decide: AwsGate['decide'] = () => 'pass'): Promise<AwsGate> {
  const gate = { decide };
  const server = createServer(async (incoming, outgoing) => {
    const body = await textOf(incoming);
    const verdict = gate.decide(callOf(incoming, body));
    if (verdict === 'hang') return;
    if (verdict !== 'pass') {
      outgoing.writeHead(verdict.status, { 'content-type': 'application/x-amz-json-1.0' });
      outgoing.end(JSON.stringify({ __type: verdict.type, message: 'decided by the test' }));
      return;
    }
    const service = Buffer.from(incoming.url?.split('/')[1] ?? '', 'base64url').toString();
    const { host, connection, 'content-length': _length, ...headers } = incoming.headers;
    const answer = await fetch(service, { method: 'POST', headers: headers as Record<string, string>, body });
    outgoing.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    outgoing.end(await answer.text());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return Object.assign(gate, {
    preload: { file: join(__dirname, 'aws-gate-preload.cjs'), variables: { AWS_GATE: `http://127.0.0.1:${port}` } },
    close: () => closed(server),
  });
}

function callOf(incoming: IncomingMessage, body: string): AwsCall {
  const [, caller = ''] = /Credential=([^/]+)\//.exec(incoming.headers.authorization ?? '') ?? [];
  const [service = '', operation = ''] = String(incoming.headers['x-amz-target']).split('.');
  const { TableName, SecretId, Key, Item } = JSON.parse(body);
  const action = `${SERVICES[service] ?? service}:${operation}`;
  return { caller, action, target: String(TableName ?? SecretId), key: (Key ?? Item)?.pk?.S };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
