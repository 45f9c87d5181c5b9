import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { BrokerBinding, StateOptions } from './bindings';
import { StateKey, TableKey } from './contract';

/*
 * Who may read and write which table. The statements are written out: the CDK's grants allow more actions,
 * queries and scans among them, and wildcards on the key.
 */

/** The broker reads and writes single items, and reads its one secret. */
export function allowBroker(role: iam.IRole, { table, secret }: BrokerBinding, { encryptionKey }: StateOptions): void {
  attach(role, 'Grants', [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      resources: [table.tableArn],
    }),
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    ...useOf(role, encryptionKey, 'dynamodb', READ_WITH_KEY.concat(WRITE_WITH_KEY)),
    ...useOf(role, encryptionKey, 'secretsmanager', READ_WITH_KEY),
  ]);
}

/**
 * The guard reads grants and nothing else of the table: tool code shares its role.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function allowGuard(role: iam.IRole, { table }: BrokerBinding, { encryptionKey }: StateOptions): void {
  attach(role, 'Grants', [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${TableKey.grant}*`] } },
    }),
    ...useOf(role, encryptionKey, 'dynamodb', READ_WITH_KEY),
  ]);
}

/** The guard keeps sessions, counters and its sealing key in a table of its own, item by item. */
export function allowState(role: iam.IRole, table: dynamodb.ITable, { encryptionKey }: StateOptions): void {
  attach(role, 'State', [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      resources: [table.tableArn],
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': Object.values(StateKey).map((prefix) => `${prefix}*`) },
      },
    }),
    ...useOf(role, encryptionKey, 'dynamodb', READ_WITH_KEY.concat(WRITE_WITH_KEY)),
  ]);
}

const READ_WITH_KEY = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITE_WITH_KEY = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** A key of the user's own is used by a service in the name of whoever calls it, and only through that service. */
function useOf(
  role: iam.IRole,
  key: kms.IKey | undefined,
  service: 'dynamodb' | 'secretsmanager',
  actions: string[],
): iam.PolicyStatement[] {
  if (!key) return [];
  const { region, urlSuffix } = Stack.of(role);
  const conditions = { StringEquals: { 'kms:ViaService': `${service}.${region}.${urlSuffix}` } };
  return [new iam.PolicyStatement({ actions, resources: [key.keyArn], conditions })];
}

/** A child of the role, so that the function waits for it. */
function attach(role: iam.IRole, id: string, statements: iam.PolicyStatement[]): void {
  new iam.Policy(role, id, { roles: [role], statements });
}
