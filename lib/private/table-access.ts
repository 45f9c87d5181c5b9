import { Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { BrokerBinding, StateOptions } from './bindings';
import { StateKey, TableKey } from './contract';
import { otherRegions, replicaArns } from './region-plan';

/*
 * Who may read and write which table. The statements are written out: the CDK's grants allow more actions,
 * queries and scans among them, and wildcards on the key.
 */

/** The broker reads and writes single items, and reads its one secret. */
export function allowBroker(role: iam.IRole, { table, secret }: BrokerBinding, state: StateOptions): void {
  attach(role, 'Grants', [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      resources: tablesOf(role, table, state),
    }),
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arnOf(secret)] }),
    ...useOf(role, state, 'dynamodb', READ_WITH_KEY.concat(WRITE_WITH_KEY)),
    ...useOf(role, state, 'secretsmanager', READ_WITH_KEY),
  ]);
}

/**
 * The guard reads grants and nothing else of the table: tool code shares its role.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 */
export function allowGuard(role: iam.IRole, { table }: BrokerBinding, state: StateOptions): void {
  attach(role, 'Grants', [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem'],
      resources: tablesOf(role, table, state),
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${TableKey.grant}*`] } },
    }),
    ...useOf(role, state, 'dynamodb', READ_WITH_KEY),
  ]);
}

/** The guard keeps sessions, counters and its sealing key in a table of its own, item by item. */
export function allowState(role: iam.IRole, table: dynamodb.ITable, state: StateOptions): void {
  attach(role, 'State', [
    new iam.PolicyStatement({
      actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
      resources: tablesOf(role, table, state),
      conditions: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': Object.values(StateKey).map((prefix) => `${prefix}*`) },
      },
    }),
    ...useOf(role, state, 'dynamodb', READ_WITH_KEY.concat(WRITE_WITH_KEY)),
  ]);
}

/** A function that reads one secret. */
export function allowSecret(role: iam.IRole, secret: secretsmanager.ISecret, state: StateOptions): void {
  attach(role, 'Secret', [
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [arnOf(secret)] }),
    ...useOf(role, state, 'secretsmanager', READ_WITH_KEY),
  ]);
}

/** The table, and its replicas in other regions: what is used once is decided where it was made. */
function tablesOf(role: iam.IRole, table: dynamodb.ITable, { region }: StateOptions): string[] {
  return [table.tableArn, ...(region ? replicaArns(role, region, table.tableName) : [])];
}

/** Of a secret that is known by its name, the characters after it are not. */
function arnOf(secret: secretsmanager.ISecret): string {
  return secret.secretFullArn ?? `${secret.secretArn}-??????`;
}

const READ_WITH_KEY = ['kms:Decrypt', 'kms:DescribeKey'];
const WRITE_WITH_KEY = ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** A key of the user's own is used by a service in the name of whoever calls it, and only through that service. */
function useOf(
  role: iam.IRole,
  { encryptionKey, region: plan }: StateOptions,
  service: 'dynamodb' | 'secretsmanager',
  actions: string[],
): iam.PolicyStatement[] {
  const { region, urlSuffix } = Stack.of(role);
  const through = (keyArn: string, where: string) =>
    new iam.PolicyStatement({
      actions,
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `${service}.${where}.${urlSuffix}` } },
    });
  const elsewhere = service === 'dynamodb' && plan ? otherRegions(plan) : [];
  return [
    ...(encryptionKey ? [through(encryptionKey.keyArn, region)] : []),
    ...elsewhere.flatMap((other) => (plan?.keyArns[other] ? [through(plan.keyArns[other], other)] : [])),
  ];
}

/** A child of the role, so that the function waits for it. */
function attach(role: iam.IRole, id: string, statements: iam.PolicyStatement[]): void {
  new iam.Policy(role, id, { roles: [role], statements });
}
