import { createHash } from 'node:crypto';
import { Lazy, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { MachineClient } from '../authorization/machine-client';
import { acknowledgeSharedFacts } from '../private/acknowledgements';
import type { StateOptions } from '../private/bindings';
import { isPrimary, otherRegions, type RegionPlan, sharedName } from '../private/region-plan';

/** What the primary region's user pool is known by: ids that Cognito chooses when it is deployed. */
export interface PoolFacts {
  readonly issuer: string;
  readonly loginUrl: string;
  readonly pool: string;
  readonly client: string;
  readonly exchange?: string;
}

/** Names of the facts of machine clients begin with it. */
const MACHINE = 'machine-';

/**
 * What the other regions must know of the user pool, in a secret that Secrets Manager replicates to them: their stacks
 * read it there by name when they are deployed. Nothing in it is secret; it is the one store that CloudFormation both
 * replicates and reads, without a function that may do so.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html
 */
export class SharedFacts {
  /** Kept where there are several regions, otherwise nowhere. */
  public static of(scope: Construct, state: StateOptions, pool: PoolFacts): SharedFacts {
    const facts = new SharedFacts(pool);
    const { region } = state;
    if (region && isPrimary(region)) facts.keep(scope, region, state.encryptionKey);
    return facts;
  }

  private readonly facts: Record<string, string | undefined>;
  /** Client ids by the names of the clients. */
  private readonly machines = new Map<string, string>();

  private constructor(pool: PoolFacts) {
    this.facts = { ...pool };
  }

  /** Machine clients are added after everything else was built. */
  public withMachine(id: string, client: MachineClient): MachineClient {
    this.facts[`${MACHINE}${id}`] = client.clientId;
    this.machines.set(id, client.clientId);
    return client;
  }

  private machineList(): Record<string, string> {
    return { [machineListName([...this.machines.keys()])]: [...this.machines.values()].join(',') };
  }

  private keep(scope: Construct, region: RegionPlan, encryptionKey?: kms.IKey): void {
    const secret = new secretsmanager.Secret(scope, 'RegionFacts', {
      description: `What the other regions of ${region.name} know of its user pool; nothing in it is secret`,
      secretStringValue: SecretValue.unsafePlainText(
        Lazy.string({ produce: () => Stack.of(scope).toJsonString({ ...this.facts, ...this.machineList() }) }),
      ),
      encryptionKey,
      ...sharedSecret(scope, region, 'facts'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledgeSharedFacts(secret);
  }
}

/** A fact as another region's stack reads it. */
export function factOf(region: RegionPlan, name: keyof PoolFacts): string {
  return read(region, name);
}

export function machineFactOf(region: RegionPlan, id: string): string {
  return read(region, `${MACHINE}${id}`);
}

/** The client ids of all these machine clients, comma-separated: one reference, however many they are. */
export function machineListOf(region: RegionPlan, ids: readonly string[]): string {
  return read(region, machineListName(ids));
}

/**
 * Another name for other clients: CloudFormation reads a reference again when its text changed, and a region must not
 * take clients that it was not told of.
 */
function machineListName(ids: readonly string[]): string {
  const digest = createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex');
  return `machines-${digest.slice(0, 12)}`;
}

function read(region: RegionPlan, jsonField: string): string {
  return SecretValue.secretsManager(sharedName(region, 'facts'), { jsonField }).unsafeUnwrap();
}

/** Name and replicas of a secret that every region reads; nothing where there is one region. */
export function sharedSecret(
  scope: Construct,
  region: RegionPlan | undefined,
  what: string,
): Pick<secretsmanager.SecretProps, 'secretName' | 'replicaRegions'> {
  if (!region) return {};
  return {
    secretName: sharedName(region, what),
    replicaRegions: otherRegions(region).map((other) => ({
      region: other,
      encryptionKey: region.keyArns[other]
        ? kms.Key.fromKeyArn(scope, `Key-${what}-${other}`, region.keyArns[other])
        : undefined,
    })),
  };
}
