import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** The topic that approvers read, encrypted: it says what changes. */
export function deliveryTopic(scope: Construct, key: kms.IKey): sns.Topic {
  return new sns.Topic(scope, 'Topic', { masterKey: key, enforceSSL: true });
}

export function subscribe(topic: sns.ITopic, addresses: readonly string[]): void {
  for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
}
