import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { StateOptions } from './bindings';
import { TableKey } from './contract';

/** A table of single items found by one key: on demand, encrypted, with a time to live. */
export function createKeyedTable(scope: Construct, id: string, state: StateOptions): dynamodb.TableV2 {
  const deletionProtection = state.removalPolicy !== RemovalPolicy.DESTROY;
  const table = new dynamodb.TableV2(scope, id, {
    partitionKey: { name: TableKey.attribute, type: dynamodb.AttributeType.STRING },
    timeToLiveAttribute: TableKey.expires,
    billing: dynamodb.Billing.onDemand(),
    encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection,
    removalPolicy: state.removalPolicy,
  });
  if (state.encryptionKey) encryptWith(table, state.encryptionKey, deletionProtection);
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
