/** The broker's table, and who may do what with it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { notesServer, resourcesOf, stackIn, templateOf, text, variablesOf } from '../support';

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Statements of the policy that a role has for what the broker keeps. */
function statementsOf(template: Template, role: 'Server' | 'Broker'): Statement[] {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes(`${role}RoleGrants`));
  expect(policies).toHaveLength(1);
  return policies[0]![1].Properties.PolicyDocument.Statement;
}

function grantsIn(template: Template) {
  const [found] = resourcesOf(template, 'AWS::DynamoDB::GlobalTable').filter(([id]) => id.includes('Grants'));
  return found![1];
}

describe('the grants table', () => {
  const template = templateOf();
  const table = grantsIn(template);
  const [id] = resourcesOf(template, 'AWS::DynamoDB::GlobalTable').find(([, found]) => found === table)!;

  test('has one key, expires items by itself, and is paid by request', () => {
    expect(table.Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    });
    expect(table.Properties.TableName).toBeUndefined();
  });

  test('O4 is encrypted, with a key of one’s own where there is one', () => {
    expect(table.Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    const stack = stackIn();
    notesServer(stack, { encryptionKey: new Key(stack, 'Key') });
    const [replica] = grantsIn(Template.fromStack(stack)).Properties.Replicas;
    expect(text(replica.SSESpecification.KMSMasterKeyId)).toMatch(/^\[Key.*\.Arn\]$/);
  });

  test('O8 can be restored, is kept and protected', () => {
    expect(table.Properties.Replicas).toMatchObject([
      { DeletionProtectionEnabled: true, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } },
    ]);
    expect(table.DeletionPolicy).toBe('Retain');
  });

  test('O8 goes with the server only when asked', () => {
    const disposable = grantsIn(templateOf({ removalPolicy: RemovalPolicy.DESTROY }));
    expect(disposable.Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
    expect(disposable.DeletionPolicy).toBe('Delete');
  });

  test('A11 is known to the broker, and to the guard, which refuses revoked grants', () => {
    for (const which of ['server', 'broker'] as const) {
      expect(variablesOf(template, which).MCP_GRANTS_TABLE).toEqual({ Ref: id });
    }
  });

  test('is an attribute of the server, as is the broker’s log', () => {
    const stack = stackIn();
    const server = notesServer(stack);
    expect(text(stack.resolve(server.grantsTable?.tableArn))).toMatch(/Grants.*\.Arn\]$/);
    expect(text(stack.resolve(server.brokerLogGroup?.logGroupName))).toMatch(/NotesBrokerLogs/);
  });

  test('T4 the broker reads and writes single items, and reads its one secret', () => {
    const [[secret]] = resourcesOf(template, 'AWS::SecretsManager::Secret') as [[string, unknown]];
    expect(statementsOf(template, 'Broker')).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
      },
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: secret } },
    ]);
  });

  test('T4 the guard, whose role tool code shares, reads grants and nothing else of the table', () => {
    expect(statementsOf(template, 'Server')).toEqual([
      {
        Effect: 'Allow',
        Action: 'dynamodb:GetItem',
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['GRANT#*'] } },
      },
    ]);
  });

  test('both functions wait for their permissions', () => {
    for (const [logicalId, { DependsOn }] of resourcesOf(template, 'AWS::Lambda::Function')) {
      const role = logicalId.includes('Broker') ? 'Broker' : 'Server';
      expect(DependsOn).toContainEqual(expect.stringContaining(`${role}RoleGrants`));
    }
  });

  test('T4 a key of one’s own may be used through the two services, without wildcards', () => {
    const stack = stackIn();
    notesServer(stack, { encryptionKey: new Key(stack, 'Key') });
    const encrypted = Template.fromStack(stack);
    const use = (role: 'Server' | 'Broker') =>
      statementsOf(encrypted, role)
        .filter(({ Action }) => [Action].flat()[0]!.startsWith('kms:'))
        .map(({ Action, Resource, Condition }) => {
          expect(text(Resource)).toMatch(/^\[Key.*\.Arn\]$/);
          return [text((Condition as Record<string, Record<string, unknown>>).StringEquals!['kms:ViaService']), Action];
        });
    const dynamodb = 'dynamodb.[AWS::Region].[AWS::URLSuffix]';
    expect(use('Server')).toEqual([[dynamodb, ['kms:Decrypt', 'kms:DescribeKey']]]);
    expect(use('Broker')).toEqual([
      [dynamodb, expect.arrayContaining(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'])],
      ['secretsmanager.[AWS::Region].[AWS::URLSuffix]', ['kms:Decrypt', 'kms:DescribeKey']],
    ]);
  });
});
