import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** One region of a server that stands in several, as the parts of the server know it. */
export interface RegionPlan {
  /** Names of what must be found from the other regions begin with it. */
  readonly name: string;
  readonly region: string;
  /** All regions; the first is the primary, where tables are declared and the user pool is. */
  readonly regions: readonly string[];
  /** ARNs of customer keys, by region; empty: keys of AWS. */
  readonly keyArns: Readonly<Record<string, string>>;
  /** ARN of the multi-Region key of a user pool that is replicated; `undefined`: it stays in the primary region. */
  readonly poolKeyArn?: string;
  /** Id of the health check of this region, once its domain was made. */
  readonly healthCheckId?: string;
}

export function isPrimary({ region, regions }: RegionPlan): boolean {
  return region === regions[0];
}

export function otherRegions({ region, regions }: RegionPlan): string[] {
  return regions.filter((one) => one !== region);
}

/** Physical names are known when the app is synthesised, so that no stack asks another. */
export function sharedName({ name }: RegionPlan, what: string): string {
  return `${name}-${what}`;
}

/** ARNs of the replicas of a table, that of this region left out. */
export function replicaArns(scope: IConstruct, plan: RegionPlan, tableName: string): string[] {
  return otherRegions(plan).map((region) =>
    Stack.of(scope).formatArn({ service: 'dynamodb', region, resource: 'table', resourceName: tableName }),
  );
}

/** `MCP_REGIONS`: every region and where its tables answer, the primary first. */
export function regionsVariable(scope: IConstruct, { regions }: RegionPlan): string {
  const { urlSuffix } = Stack.of(scope);
  return regions.map((region) => `${region}=https://dynamodb.${region}.${urlSuffix}`).join(',');
}
