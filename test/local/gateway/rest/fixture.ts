/** A REST API with functions that are a few lines of the test. */
import { PassThrough } from 'node:stream';
import type { Endpoint } from '../../../../local/deployment/endpoints';
import type { InvokePermission } from '../../../../local/deployment/permissions';
import type { RestApiSpec } from '../../../../local/deployment/rest-apis';
import type { RestAuthorizerSpec } from '../../../../local/deployment/rest-authorizers';
import type { MethodSpec, RestIntegration } from '../../../../local/deployment/rest-methods';
import type { Invokable, InvokeResult } from '../../../../local/functions/invocation';
import type { HttpTarget } from '../../../../local/gateway/http-target';
import { RestGateway } from '../../../../local/gateway/rest/rest-gateway';
import { listenOnLoopback } from '../../../../local/loopback';

// Clients keep connections, so each API has a port of its own.
let current = 4250;

export const port = () => current;
export const origin = () => `http://localhost:${current}`;

export const AUTHORIZER: RestAuthorizerSpec = {
  logicalId: 'Tokens',
  id: 'auth1',
  functionArn: 'judge',
  byRole: false,
  headers: ['authorization'],
  ttlMs: 60_000,
};

export const BUFFERED: RestIntegration = { kind: 'lambda', functionArn: 'fn', streaming: false, timeoutMs: 400 };
export const STREAMED: RestIntegration = { kind: 'lambda', functionArn: 'fn', streaming: true, timeoutMs: 2000 };

const permission = (functionArn: string): InvokePermission => ({
  functionArn,
  action: 'lambda:InvokeFunction',
  principal: 'apigateway.amazonaws.com',
});

export function method(integration: RestIntegration, more: Partial<MethodSpec> = {}): MethodSpec {
  return { httpMethod: 'POST', integration, ...more };
}

export interface Setup {
  readonly api?: Partial<RestApiSpec>;
  /** Of `/mcp`. */
  readonly methods?: readonly MethodSpec[];
  readonly permissions?: readonly InvokePermission[];
  readonly endpoint?: Partial<Endpoint>;
  readonly fn?: Invokable['invoke'];
  readonly judge?: (event: Record<string, unknown>) => InvokeResult;
  readonly httpTarget?: HttpTarget;
}

export interface Served {
  readonly events: Record<string, unknown>[];
  /** What the authorizer was asked. */
  readonly asked: Record<string, unknown>[];
  readonly accessLog: string[];
  close(): Promise<void>;
}

export function specOf({ api, methods }: Setup): RestApiSpec {
  return {
    logicalId: 'Rest',
    id: 'abc',
    region: 'eu-central-1',
    account: '123456789012',
    stage: { logicalId: 'Live', name: 'live', deploymentId: 'dep', throttles: [], accessLogFormat: LOG },
    resources: [
      { id: 'root', path: '/', methods: [] },
      { id: 'mcp', path: '/mcp', methods: methods ?? [method(BUFFERED)] },
      { id: 'any', path: '/pages/{page+}', methods: [method(BUFFERED, { httpMethod: 'ANY' })] },
    ],
    gatewayResponses: {},
    binaryMediaTypes: [],
    ...api,
  };
}

const LOG =
  '$context.status $context.httpMethod $context.resourcePath $context.error.responseType $context.authorizer.principalId';

export async function serve(setup: Setup = {}): Promise<Served> {
  const events: Record<string, unknown>[] = [];
  const asked: Record<string, unknown>[] = [];
  const accessLog: string[] = [];
  const fn = setup.fn ?? (async () => result({ statusCode: 200, body: 'ok' }));
  const invokables: [string, Invokable][] = [
    [
      'fn',
      {
        invoke: (payload, trace, onStream) => {
          events.push(JSON.parse(payload));
          return fn(payload, trace, onStream);
        },
      },
    ],
    [
      'judge',
      {
        invoke: async (payload) => {
          const event = JSON.parse(payload);
          asked.push(event);
          return setup.judge?.(event) ?? allow(event);
        },
      },
    ],
  ];
  const gateway = new RestGateway(specOf(setup), {
    functions: new Map(invokables),
    permissions: setup.permissions ?? [permission('fn'), permission('judge')],
    accessLog: (line) => accessLog.push(line),
    httpTarget: setup.httpTarget,
  });
  current += 1;
  const endpoint: Endpoint = {
    kind: 'custom-domain',
    deployed: 'https://rest.example.com',
    local: origin(),
    port: current,
    target: 'abc',
    basePath: '',
    ...setup.endpoint,
  };
  const listener = await listenOnLoopback(
    current,
    (incoming, outgoing) => void gateway.handle(endpoint, incoming, outgoing),
  );
  return { events, asked, accessLog, close: listener.close };
}

export function result(value: unknown): InvokeResult {
  return { kind: 'response', payload: Buffer.from(JSON.stringify(value)) };
}

export function failure(errorMessage: string): InvokeResult {
  return { kind: 'error', errorType: 'Error', errorMessage };
}

export function policy(effect: string, resource: unknown, more: object = {}): InvokeResult {
  const Statement = [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }];
  return result({ principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement }, ...more });
}

function allow(event: Record<string, unknown>): InvokeResult {
  return policy('Allow', event.methodArn, { context: { client: 'c' } });
}

/** A function that streams: metadata and whatever else is written. */
export function streaming(work: (stream: PassThrough) => Promise<void> | void): Invokable['invoke'] {
  return async (_payload, _trace, onStream) => {
    const body = new PassThrough();
    body.on('error', () => {});
    onStream?.({ contentType: 'application/vnd.awslambda.http-integration-response', body });
    await work(body);
    return { kind: 'response', payload: Buffer.alloc(0) };
  };
}

export const prelude = (metadata: object): string => `${JSON.stringify(metadata)}${'\0'.repeat(8)}`;

export async function post(path = '/mcp', init: RequestInit = {}) {
  const answer = await fetch(`${origin()}${path}`, { method: 'POST', body: '{}', ...init });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}
