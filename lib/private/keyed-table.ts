import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StateOptions } from './bindings';
import { TableKey } from './contract';
import { isPrimary, type RegionPlan, sharedName } from './region-plan';

/**
 * A table of single items found by one key: on demand, encrypted, with a time to live. Of a server in several regions
 * the primary one declares it with its replicas, and the others know it by its name.
 */
export function createKeyedTable(scope: Construct, id: string, state: StateOptions): dynamodb.ITable {
  const tableName = state.region && sharedName(state.region, id.toLowerCase());
  if (state.region && tableName && !isPrimary(state.region)) {
    return dynamodb.TableV2.fromTableName(scope, id, tableName);
  }
  const deletionProtection = state.removalPolicy !== RemovalPolicy.DESTROY;
  const table = new dynamodb.TableV2(scope, id, {
    tableName,
    partitionKey: { name: TableKey.attribute, type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: TableKey.expires,
    billing: dynamodb.Billing.onDemand(),
    encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection,
    removalPolicy: state.removalPolicy,
  });
  if (state.region) replicate(table, state.region, deletionProtection);
  else if (state.encryptionKey) encryptWith(table, state.encryptionKey, deletionProtection);
  return table;
}

/** Not through the L2, which refuses a key in a stack that is not bound to a region. */
function encryptWith(table: dynamodb.TableV2, key: IKey, deletionProtectionEnabled: boolean): void {
  (table.node.defaultChild as dynamodb.CfnGlobalTable).replicas = [
    {
      region: Stack.of(table).region,
      deletionProtectionEnabled,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      sseSpecification: { kmsMasterKeyId: key.keyArn },
    },
  ];
}

/** A stream carries the changes from replica to replica. Not through the L2, which wants a construct for each key. */
function replicate(table: dynamodb.TableV2, plan: RegionPlan, deletionProtectionEnabled: boolean): void {
  const resource = table.node.defaultChild as dynamodb.CfnGlobalTable;
  resource.streamSpecification = { streamViewType: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES };
  resource.replicas = plan.regions.map((region) => ({
    region,
    deletionProtectionEnabled,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    sseSpecification: plan.keyArns[region] ? { kmsMasterKeyId: plan.keyArns[region] } : undefined,
  }));
}
