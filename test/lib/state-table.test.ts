/** The guard's own table, and who may do what with it. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { notesServer, resourcesOf, stackIn, templateOf, text, variablesOf } from './support';

function stateIn(template: Template) {
  const found = resourcesOf(template, 'AWS::DynamoDB::GlobalTable').filter(([id]) => id.includes('State'));
  expect(found).toHaveLength(1);
  return found[0]!;
}

function statementsOf(template: Template) {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').filter(([id]) => id.includes('RoleState'));
  expect(policies.map(([id]) => id)).toEqual([expect.stringContaining('ServerRoleState')]);
  return policies[0]![1].Properties.PolicyDocument.Statement;
}

describe('the state table', () => {
  const template = templateOf();
  const [id, table] = stateIn(template);

  test('T2 expires sessions by itself, and is paid by request', () => {
    expect(table.Properties).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
    });
  });

  test('O4 is encrypted, with a key of one’s own where there is one', () => {
    expect(table.Properties.SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
    const stack = stackIn();
    notesServer(stack, { encryptionKey: new Key(stack, 'Key') });
    const [replica] = stateIn(Template.fromStack(stack))[1].Properties.Replicas;
    expect(text(replica.SSESpecification.KMSMasterKeyId)).toMatch(/^\[Key.*\.Arn\]$/);
  });

  test('O8 is kept and protected, and goes with the server only when asked', () => {
    expect(table.DeletionPolicy).toBe('Retain');
    expect(table.Properties.Replicas[0].DeletionProtectionEnabled).toBe(true);
    const [, disposable] = stateIn(templateOf({ removalPolicy: RemovalPolicy.DESTROY }));
    expect(disposable.DeletionPolicy).toBe('Delete');
  });

  test('T4 is open to the guard alone, by the keys of its three kinds of items', () => {
    expect(statementsOf(template)).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
        Resource: { 'Fn::GetAtt': [id, 'Arn'] },
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SESSION#*', 'RATE#*', 'SEAL#*'] } },
      },
    ]);
  });

  test('is known to the guard, and is an attribute of the server', () => {
    expect(variablesOf(template, 'server').MCP_STATE_TABLE).toEqual({ Ref: id });
    const stack = stackIn();
    expect(text(stack.resolve(notesServer(stack).stateTable.tableArn))).toMatch(/State.*\.Arn\]$/);
  });
});
