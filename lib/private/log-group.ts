import { Annotations, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';
import type { StateOptions } from './bindings';

/** A log group kept and encrypted as the server's owner decided. */
export function createLogGroup(scope: Construct, id: string, state: StateOptions): logs.LogGroup {
  return new logs.LogGroup(scope, id, {
    retention: state.logRetention,
    removalPolicy: state.removalPolicy,
    encryptionKey: state.encryptionKey,
  });
}

/**
 * Lets CloudWatch Logs use the key for this account's log groups; creating an encrypted group fails otherwise.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export function letLogsUseKey(scope: IConstruct, key: kms.IKey): void {
  const stack = Stack.of(scope);
  const result = key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`)],
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: 'log-group:*' }),
        },
      },
    }),
    true,
  );
  if (!result.statementAdded) {
    Annotations.of(scope).addWarningV2(
      'cdk-mcp:keyPolicy',
      'the policy of `encryptionKey` cannot be changed from here: let logs.<region>.amazonaws.com use the key, ' +
        'or the log groups cannot be created',
    );
  }
}
