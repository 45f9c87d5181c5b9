import type { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, type ITable, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { McpRegion } from 'cdk-mcp';
import type { Construct } from 'constructs';

const NAME = 'notes-of-all-regions';

/** The notes themselves; in several regions one table, which the primary one declares with its replicas. */
export function notesTable(scope: Construct, removalPolicy: RemovalPolicy, region?: McpRegion): ITable {
  if (region && !region.primary) return TableV2.fromTableName(scope, 'Table', NAME);
  return new TableV2(scope, 'Table', {
    tableName: region && NAME,
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    billing: Billing.onDemand(),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    replicas: region?.others.map((other) => ({ region: other })),
    removalPolicy,
  });
}
