import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/*
 * Findings of cdk-nag that do not apply, each with the reason a reviewer needs. They are recorded on the
 * one resource they are about, so that what a user adds is still checked.
 */

export function acknowledgeNoDeadLetters(handler: IConstruct): void {
  Validations.of(handler).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason: 'API Gateway invokes this function synchronously: the caller receives every failure, none can be queued',
  });
}

export function acknowledgeAccountWideActions(policy: IConstruct, what: string): void {
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: `${what}: IAM has no resource-level permission for these actions, so the resource can only be *`,
  });
}

export function acknowledgePublicDocument(route: IConstruct): void {
  Validations.of(route).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'OAuth discovery documents are public by RFC 9728 and RFC 8414: a client reads them before it has a token; ' +
      'the function behind them answers from its configuration alone',
  });
}

export function acknowledgeUserPool(pool: IConstruct): void {
  Validations.of(pool).acknowledge(
    {
      id: 'AwsSolutions-COG2',
      reason:
        'each user may switch an authenticator app on; requiring it of all users is a decision of the pool’s owner',
    },
    {
      id: 'AwsSolutions-COG8',
      reason:
        'the Plus plan is charged per active user; audience-bound tokens and managed login need Essentials, and self ' +
        'sign-up is off, so every account is one an administrator created',
    },
  );
}
