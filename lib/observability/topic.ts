import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { acknowledgePlainTopic } from '../private/acknowledgements';
import type { StateOptions } from '../private/bindings';

/** A topic that CloudWatch alarms of this account may publish to. */
export function alarmTopic(scope: Construct, { encryptionKey }: StateOptions): sns.Topic {
  const topic = new sns.Topic(scope, 'Topic', { masterKey: encryptionKey, enforceSSL: true });
  if (encryptionKey) letAlarmsUseKey(scope, encryptionKey);
  else acknowledgePlainTopic(topic);
  return topic;
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services */
function letAlarmsUseKey(scope: Construct, key: kms.IKey): void {
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    true,
  );
}
