/** The guard's configuration from the environment the constructs wrote; read once, at cold start. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  GuardVariable,
  type PolicyDocument,
  type TokenProfile,
  type TracingSettings,
} from '../../lib/private/contract';
import { type Environment, list, object, optionalList, requireContract, required, url } from '../environment';
import { type Regions, regionsFrom } from '../regions';
import { profileFrom } from './tokens/token-profile';

export interface GuardConfig {
  readonly server: string;
  readonly resource: string;
  readonly resourceMetadata: string;
  readonly tokenIssuer: string;
  readonly jwksUri: string;
  readonly scopePrefix: string;
  readonly userClients: readonly string[];
  readonly machineClients: readonly string[];
  readonly policy: PolicyDocument;
  readonly allowedOrigins: readonly string[];
  /** Headers that pages may send; undefined: the endpoint answers for named origins. */
  readonly cors?: readonly string[];
  /** Table of the broker's grants; undefined: there is no broker. */
  readonly grants?: string;
  /** Table of sessions, exact rate counters and the sealing key; undefined: there is none. */
  readonly state?: string;
  /** `<id>:<version>` of the Bedrock guardrail. */
  readonly guardrail?: string;
  /** The app client that exchanges tokens for downstream services; undefined: there is none. */
  readonly exchangeClient?: string;
  /** How tokens are read that Cognito did not issue. */
  readonly tokenProfile?: TokenProfile;
  /** Undefined: calls are not traced. */
  readonly tracing?: TracingSettings;
  /** Undefined: the server stands in one region. */
  readonly regions?: Regions;
}

/** @throws naming the variable that is missing or wrong. */
export function configFrom(environment: Environment): GuardConfig {
  requireContract(environment, GuardVariable.contract);
  const grants = required(environment, GuardVariable.grants);
  return {
    server: required(environment, GuardVariable.server),
    resource: url(environment, GuardVariable.resource),
    resourceMetadata: url(environment, GuardVariable.resourceMetadata),
    tokenIssuer: url(environment, GuardVariable.tokenIssuer),
    jwksUri: url(environment, GuardVariable.jwksUri),
    scopePrefix: environment[GuardVariable.scopePrefix] ?? '',
    userClients: list(environment[GuardVariable.userClients]),
    machineClients: list(environment[GuardVariable.machineClients]),
    policy: policyFrom(required(environment, GuardVariable.policy), environment.LAMBDA_TASK_ROOT),
    allowedOrigins: list(environment[GuardVariable.allowedOrigins]),
    cors: optionalList(environment[GuardVariable.cors]),
    // Written out, so that a variable that got lost does not switch revocation off.
    grants: noneIsUndefined(grants),
    state: noneIsUndefined(required(environment, GuardVariable.state)),
    guardrail: environment[GuardVariable.guardrail],
    exchangeClient: environment[GuardVariable.exchangeClient],
    tokenProfile: profileFrom(environment),
    tracing: environment[GuardVariable.tracing] === undefined ? undefined : object(environment, GuardVariable.tracing),
    regions: regionsFrom(environment, GuardVariable.regions),
  };
}

function noneIsUndefined(value: string): string | undefined {
  return value === 'none' ? undefined : value;
}

function policyFrom(value: string, root = process.cwd()): PolicyDocument {
  const text = value.startsWith('gzip:')
    ? gunzip(Buffer.from(value.slice('gzip:'.length), 'base64')).toString('utf8')
    : value.startsWith('file:')
      ? readFileSync(resolve(root, value.slice('file:'.length)), 'utf8')
      : value;
  let document: PolicyDocument;
  try {
    document = JSON.parse(text);
  } catch {
    throw new Error(`${GuardVariable.policy} is not a policy document: its JSON cannot be read`);
  }
  if (document?.version !== 1 || !Array.isArray(document.scopes) || !Array.isArray(document.rules)) {
    throw new Error(`${GuardVariable.policy} is not a policy document of version 1`);
  }
  return document;
}

/** Loaded by policies that are compressed, and by no other cold start. */
function gunzip(bytes: Buffer): Buffer {
  return process.getBuiltinModule('node:zlib').gunzipSync(bytes);
}
