import { Aws, Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import { CfnSubscriptionFilter, type ILogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledgeArchiveWithoutAccessLog, acknowledgeObjectsOfArchive } from '../private/acknowledgements';
import type { ObservabilityContext, StateOptions } from '../private/bindings';
import { fail } from '../private/errors';
import { createLogGroup } from '../private/log-group';
import type { AuditArchiveProps } from './audit-archive-props';

/** Audit records alone: the log group also holds what the server itself writes. */
const AUDIT_RECORDS = '{ $.type = "audit" }';

const PREFIX = 'audit/!{timestamp:yyyy/MM/dd}/';
const FAILED_PREFIX = 'failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/';

/**
 * Log group → subscription → Firehose → bucket with Object Lock.
 *
 * @see https://docs.aws.amazon.com/firehose/latest/dev/writing-with-cloudwatch-logs-decompression.html
 */
export function createAuditArchive(
  parent: Construct,
  props: AuditArchiveProps,
  { logGroups, state }: Pick<ObservabilityContext, 'logGroups' | 'state'>,
): s3.IBucket {
  const scope = new Construct(parent, 'AuditArchive');
  const bucket = props.bucket ?? createBucket(scope, props, state);
  const faults = createLogGroup(scope, 'Faults', state);
  const stream = createStream(scope, bucket, faults, state);
  const sources = { Subscription: logGroups.server, AuthorizerSubscription: logGroups.authorizer };
  subscribe(scope, sources, stream);
  return bucket;
}

function createBucket(scope: Construct, props: AuditArchiveProps, state: StateOptions): s3.Bucket {
  const days = props.retention.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1) {
    fail(scope, `an audit archive keeps objects for whole days, not ${days}: write Duration.days(365), for example`);
  }
  const retention = Duration.days(days);
  const bucket = new s3.Bucket(scope, 'Bucket', {
    objectLockEnabled: true,
    objectLockDefaultRetention: props.compliance
      ? s3.ObjectLockRetention.compliance(retention)
      : s3.ObjectLockRetention.governance(retention),
    versioned: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    minimumTLSVersion: 1.2,
    encryption: state.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
    encryptionKey: state.encryptionKey,
    bucketKeyEnabled: state.encryptionKey !== undefined,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: state.removalPolicy,
  });
  acknowledgeArchiveWithoutAccessLog(bucket);
  return bucket;
}

function createStream(scope: Construct, bucket: s3.IBucket, faults: ILogGroup, state: StateOptions): CfnDeliveryStream {
  const { encryptionKey } = state;
  const role = new iam.Role(scope, 'StreamRole', {
    assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  });
  const policy = new iam.Policy(role, 'Archive', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: ['s3:AbortMultipartUpload', 's3:PutObject'],
        resources: [bucket.arnForObjects('*')],
      }),
      new iam.PolicyStatement({
        actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
        resources: [bucket.bucketArn],
      }),
      new iam.PolicyStatement({ actions: ['logs:PutLogEvents'], resources: [faults.logGroupArn] }),
    ],
  });
  acknowledgeObjectsOfArchive(policy, bucket.arnForObjects('*'));
  const key = bucket.encryptionKey ?? encryptionKey;
  if (key) {
    const actions = ['kms:Decrypt', 'kms:GenerateDataKey'];
    new iam.Policy(role, 'Key', {
      roles: [role],
      statements: [new iam.PolicyStatement({ actions, resources: [key.keyArn] })],
    });
    key.addToResourcePolicy(new iam.PolicyStatement({ principals: [role], actions, resources: ['*'] }), true);
  }
  const { logStreamName } = new LogStream(scope, 'FaultsOfDelivery', {
    logGroup: faults,
    removalPolicy: state.removalPolicy,
  });
  const stream = new CfnDeliveryStream(scope, 'Stream', {
    deliveryStreamType: 'DirectPut',
    deliveryStreamEncryptionConfigurationInput: encryptionKey
      ? { keyType: 'CUSTOMER_MANAGED_CMK', keyArn: encryptionKey.keyArn }
      : { keyType: 'AWS_OWNED_CMK' },
    extendedS3DestinationConfiguration: {
      bucketArn: bucket.bucketArn,
      roleArn: role.roleArn,
      prefix: PREFIX,
      errorOutputPrefix: FAILED_PREFIX,
      compressionFormat: 'GZIP',
      fileExtension: '.json.gz',
      bufferingHints: { intervalInSeconds: 300, sizeInMBs: 64 },
      cloudWatchLoggingOptions: { enabled: true, logGroupName: faults.logGroupName, logStreamName },
      // What a log group sends is packed, with the log's own envelope around each record.
      processingConfiguration: {
        enabled: true,
        processors: [
          { type: 'Decompression', parameters: [{ parameterName: 'CompressionFormat', parameterValue: 'GZIP' }] },
          {
            type: 'CloudWatchLogProcessing',
            parameters: [{ parameterName: 'DataMessageExtraction', parameterValue: 'true' }],
          },
        ],
      },
    },
  });
  stream.node.addDependency(policy);
  return stream;
}

function subscribe(
  scope: Construct,
  sources: Readonly<Record<string, ILogGroup | undefined>>,
  stream: CfnDeliveryStream,
): void {
  const role = new iam.Role(scope, 'SubscriptionRole', {
    assumedBy: new iam.ServicePrincipal('logs.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
  });
  const policy = new iam.Policy(role, 'Put', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
        resources: [stream.attrArn],
      }),
    ],
  });
  for (const [id, logGroup] of Object.entries(sources)) {
    if (logGroup === undefined) continue;
    const filter = new CfnSubscriptionFilter(scope, id, {
      logGroupName: logGroup.logGroupName,
      filterPattern: AUDIT_RECORDS,
      destinationArn: stream.attrArn,
      roleArn: role.roleArn,
    });
    filter.node.addDependency(policy);
  }
}
