/** A copy of the audit records that nobody can change. */
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { type AuditArchiveProps, McpObservability, type SecureMcpServerProps } from 'cdk-mcp';
import { restApi } from './endpoint/rest-support';
import { notesServer, resourcesOf, stackIn, templateOf, text } from './support';

const archived = (auditArchive: AuditArchiveProps, props: Partial<SecureMcpServerProps> = {}) => ({
  observability: McpObservability.standard({ auditArchive }),
  ...props,
});

test('O6 there is none unless one asks for it', () => {
  expect(resourcesOf(templateOf(), 'AWS::S3::Bucket')).toEqual([]);
});

describe('an audit archive', () => {
  const template = templateOf(archived({ retention: Duration.days(400) }));
  const only = (type: string) => {
    const found = resourcesOf(template, type);
    expect(found).toHaveLength(1);
    return found[0]![1];
  };

  test('O6 takes audit records from the log group, and nothing else that is in it', () => {
    const { FilterPattern, LogGroupName, DestinationArn } = only('AWS::Logs::SubscriptionFilter').Properties;
    expect(FilterPattern).toBe('{ $.type = "audit" }');
    expect(text(LogGroupName)).toContain('ServerLogs');
    expect(text(DestinationArn)).toMatch(/AuditArchiveStream/);
  });

  test('O6 takes those of a REST API’s authorizer as well, by the same way', () => {
    const stack = stackIn();
    notesServer(stack, { ...archived({ retention: Duration.days(400) }), endpoint: restApi(stack) });
    const filters = resourcesOf(Template.fromStack(stack), 'AWS::Logs::SubscriptionFilter').map(
      ([, { Properties }]) => Properties,
    );
    expect(filters.map(({ LogGroupName }) => text(LogGroupName))).toEqual([
      expect.stringContaining('ServerLogs'),
      expect.stringContaining('EndpointAuthorizerLogs'),
    ]);
    const [first, second] = filters.map(({ LogGroupName: _, ...rest }) => rest);
    expect(second).toEqual(first);
  });

  test('O6 locks its objects for the time one says, and outlives the stack', () => {
    const bucket = only('AWS::S3::Bucket');
    expect(bucket.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } } },
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
    });
    expect(bucket.DeletionPolicy).toBe('Retain');
  });

  test('O4 takes TLS 1.2 alone, and is encrypted at rest', () => {
    const policy = JSON.stringify(only('AWS::S3::BucketPolicy').Properties);
    expect(policy).toContain('aws:SecureTransport');
    expect(policy).toContain('s3:TlsVersion');
    expect(only('AWS::S3::Bucket').Properties.BucketEncryption).toBeDefined();
    expect(only('AWS::KinesisFirehose::DeliveryStream').Properties.DeliveryStreamEncryptionConfigurationInput).toEqual({
      KeyType: 'AWS_OWNED_CMK',
    });
  });

  test('T4 its stream may write into its bucket alone, and the log group put into its stream alone', () => {
    const statements = resourcesOf(template, 'AWS::IAM::Policy')
      .filter(([id]) => id.includes('AuditArchive'))
      .flatMap(
        ([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: string[]; Resource: unknown }[],
      );
    const actions = statements.flatMap(({ Action }) => Action);
    expect(actions.sort()).toEqual(
      [
        'firehose:PutRecord',
        'firehose:PutRecordBatch',
        'logs:PutLogEvents',
        's3:AbortMultipartUpload',
        's3:GetBucketLocation',
        's3:ListBucket',
        's3:ListBucketMultipartUploads',
        's3:PutObject',
      ].sort(),
    );
    for (const { Resource } of statements) expect(text(Resource)).toMatch(/AuditArchive/);
  });
});

test('O6 compliance mode is a choice with a name', () => {
  const template = templateOf(archived({ retention: Duration.days(1), compliance: true }));
  template.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } } },
  });
});

test('O4 it is encrypted with a key of one’s own', () => {
  const stack = stackIn();
  const encryptionKey = new Key(stack, 'Key');
  notesServer(stack, archived({ retention: Duration.days(1) }, { encryptionKey }));
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
    DeliveryStreamEncryptionConfigurationInput: { KeyType: 'CUSTOMER_MANAGED_CMK' },
  });
  expect(JSON.stringify(resourcesOf(template, 'AWS::S3::Bucket'))).toContain('aws:kms');
});

test('O6 it goes into a bucket one has', () => {
  const stack = stackIn();
  const bucket = Bucket.fromBucketName(stack, 'Mine', 'a-bucket-of-mine');
  const server = notesServer(stack, archived({ retention: Duration.days(1), bucket }));
  expect(server.auditArchive).toBe(bucket);
  expect(resourcesOf(Template.fromStack(stack), 'AWS::S3::Bucket')).toEqual([]);
});

test.each([Duration.days(0), Duration.hours(36)])(
  'fails for a time that is no whole number of days (%s)',
  (retention) => {
    expect(() => notesServer(stackIn(), archived({ retention }))).toThrow(/whole days/);
  },
);
