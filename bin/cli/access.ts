import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  CONTRACT_VERSION,
  GuardVariable,
  MACHINES_METADATA,
  POLICY_METADATA,
  type PolicyDocument,
  type PolicyRule,
} from '../../lib/private/contract';
import type { SynthesisedStack } from './assembly';
import { type Client, clientsIn, describedMachines, refusedMachines, type ServerScopes } from './clients';
import { CliFailure } from './failure';
import { guardsIn } from './guards';
import { policyIn, REPAIR } from './policy-variable';
import { providerClientsIn } from './provider-clients';
import { registrationsIn } from './registrations';
import { textOf } from './template';

/** Who may call what of one server; also the shape of `--json`. */
export interface ServerAccess {
  readonly server: string;
  readonly stack: string;
  /** Logical id of the function or task definition that runs it. */
  readonly function: string;
  /** Its address, as far as it is known before deployment. */
  readonly resource: string;
  readonly scopes: readonly string[];
  /** Issuer of the provider that is no part of the app; absent: a user pool. */
  readonly provider?: string;
  readonly userClients: readonly Client[];
  /** In words, the programs that may sign people in; absent: there is no broker, the app clients say. */
  readonly signIn?: readonly string[];
  readonly machineClients: readonly Client[];
  /** Machine clients that hold scopes of this server, but are not allow-listed. */
  readonly refusedClients: readonly Client[];
  readonly access: readonly Grant[];
}

/** Who may call one thing. */
export interface Grant {
  readonly kind: 'tool' | 'prompt' | 'resource';
  /** A name; `*` at the end matches the rest. */
  readonly pattern: string;
  /** The caller holds all of these. */
  readonly scopes: readonly string[];
  /** The caller is in one of these; absent: no group is asked for. */
  readonly groups?: readonly string[];
  /** Whether somebody who signs in can get there. */
  readonly people: boolean;
  /** Names of the machine clients that can call it. */
  readonly machineClients: readonly string[];
  /** Names of allow-listed machine clients that this template does not define: their scopes decide. */
  readonly unknownClients: readonly string[];
}

/** The servers of one stack: every function and container that carries a policy. */
export function serversOf(stack: SynthesisedStack): ServerAccess[] {
  return guardsIn(stack.template).map(({ logicalId, properties, variables }) =>
    serverOf(stack, logicalId, properties, variables),
  );
}

function serverOf(
  stack: SynthesisedStack,
  logicalId: string,
  properties: Readonly<Record<string, unknown>>,
  variables: Readonly<Record<string, unknown>>,
): ServerAccess {
  const where = `${stack.name}/${logicalId}`;
  const contract = textOf(variables[GuardVariable.contract]);
  if (contract !== CONTRACT_VERSION) {
    throw new CliFailure(`${where} is written for contract '${contract}', known is '${CONTRACT_VERSION}': ${REPAIR}`);
  }
  const policy = policyIn(
    variables[GuardVariable.policy],
    where,
    (name) => inMetadata(stack, logicalId) ?? readBundled(stack, properties, name),
  );
  const scopes = { prefix: textOf(variables[GuardVariable.scopePrefix]), declared: policy.scopes };
  const allowed = variables[GuardVariable.machineClients];
  const provider = providerClientsIn(variables, where);
  const userClients =
    provider?.userClients ?? clientsIn(variables[GuardVariable.userClients], 'user', stack.template, scopes);
  const machineClients = provider?.machineClients ?? machinesOf(stack, logicalId, allowed, scopes);
  return {
    server: textOf(variables[GuardVariable.server]),
    stack: stack.name,
    function: logicalId,
    resource: textOf(variables[GuardVariable.resource]),
    scopes: policy.scopes,
    ...(provider && { provider: provider.issuer }),
    userClients,
    signIn: registrationsIn(stack.template, textOf(variables[GuardVariable.server])),
    machineClients,
    refusedClients: provider ? [] : refusedMachines(allowed, stack.template, scopes),
    access: grantsOf(policy, userClients, machineClients),
  };
}

/** What the template makes is believed before what it says about another. */
function machinesOf(
  { template }: SynthesisedStack,
  logicalId: string,
  allowed: unknown,
  scopes: ServerScopes,
): Client[] {
  const clients = clientsIn(allowed, 'machine', template, scopes);
  if (!clients.some(({ reference }) => reference)) return clients;
  return describedMachines(template.Resources?.[logicalId]?.Metadata?.[MACHINES_METADATA], scopes) ?? clients;
}

/** The policy as a list, one entry for each pattern. */
export function grantsOf(policy: PolicyDocument, users: readonly Client[], machines: readonly Client[]): Grant[] {
  return policy.rules.flatMap((rule) => {
    const { scopes, groups } = rule;
    // Machines belong to no group, so a rule with groups is out of their reach.
    const candidates = groups === undefined ? machines : [];
    const grant = {
      scopes,
      ...(groups && { groups }),
      people: users.some((client) => client.scopes === undefined || holds(client.scopes, rule)),
      machineClients: candidates.filter((client) => client.scopes && holds(client.scopes, rule)).map(nameOf),
      unknownClients: candidates.filter((client) => client.scopes === undefined).map(nameOf),
    };
    return [
      ...(rule.tools ?? []).map((pattern) => ({ kind: 'tool' as const, pattern, ...grant })),
      ...(rule.prompts ?? []).map((pattern) => ({ kind: 'prompt' as const, pattern, ...grant })),
      ...(rule.resources ?? []).map((pattern) => ({ kind: 'resource' as const, pattern, ...grant })),
    ];
  });
}

function holds(held: readonly string[], rule: PolicyRule): boolean {
  return rule.scopes.every((scope) => held.includes(scope));
}

function nameOf(client: Client): string {
  return client.name;
}

/** A large policy stands in the template as well: of what is deployed, there is no bundle to look into. */
function inMetadata({ template }: SynthesisedStack, logicalId: string): string | undefined {
  const encoded = template.Resources?.[logicalId]?.Metadata?.[POLICY_METADATA];
  return typeof encoded === 'string' ? gunzipSync(Buffer.from(encoded, 'base64')).toString('utf8') : undefined;
}

function readBundled(stack: SynthesisedStack, properties: Readonly<Record<string, unknown>>, name: string): string {
  const key = textOf((properties.Code as { S3Key?: unknown } | undefined)?.S3Key);
  const path = join(stack.assets.get(key) ?? key, name);
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CliFailure(`the policy file '${path}' of ${stack.name} is missing: run \`npx cdk synth\` again`);
  }
}
