import { Stack, Validations } from 'aws-cdk-lib';
import type { UserPool } from 'aws-cdk-lib/aws-cognito';
import type { IConstruct } from 'constructs';

/*
 * Findings of cdk-nag that do not apply, each with the reason a reviewer needs. They are recorded on the
 * one resource they are about, so that what a user adds is still checked.
 */

export function acknowledgeNoDeadLetters(handler: IConstruct, reason?: string): void {
  Validations.of(handler).acknowledge({
    id: 'Serverless-LambdaDLQ',
    reason:
      reason ??
      'API Gateway invokes this function synchronously: the caller receives every failure, none can be queued',
  });
}

export function acknowledgeAccountWideActions(policy: IConstruct, what: string): void {
  Validations.of(policy).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: `${what}: IAM has no resource-level permission for these actions, so the resource can only be *`,
  });
}

export function acknowledgeNoLoadBalancerLog(loadBalancer: IConstruct): void {
  Validations.of(loadBalancer).acknowledge({
    id: 'AwsSolutions-ELB2',
    reason:
      'the load balancer is internal and takes requests from the endpoint’s VPC link alone: the endpoint’s access log has ' +
      'a line for each of them, with the load balancer’s status and time, and the guard writes an audit record',
  });
}

export function acknowledgePlainVariables(taskDefinition: IConstruct): void {
  Validations.of(taskDefinition).acknowledge({
    id: 'AwsSolutions-ECS2',
    reason:
      'the variables are the guard’s settings (public addresses, names of tables, the access policy), which belong to ' +
      'one version of the tasks; secrets have a property of their own, which reads them when a task starts',
  });
}

export function acknowledgePublicRoute(route: IConstruct, reason: string): void {
  Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
}

/** A method of a REST API, which another rule asks for an authorizer as well. */
export function acknowledgePublicMethod(method: IConstruct, reason: string): void {
  acknowledgePublicRoute(method, reason);
  Validations.of(method).acknowledge({ id: 'AwsSolutions-COG4', reason });
}

/** Methods of a REST API whose tokens may be anybody's: the authorizer of user pools knows pools alone. */
export function acknowledgeForeignTokens(method: IConstruct): void {
  Validations.of(method).acknowledge({ id: 'AwsSolutions-COG4', reason: TOKENS_OF_ANYBODY });
}

const TOKENS_OF_ANYBODY =
  'a Lambda authorizer verifies the token with the code of the guard behind it: audience and accepted clients, which ' +
  'the authorizer of user pools does not look at, and tokens of providers that are no user pool';

export function acknowledgeNoRequestValidation(api: IConstruct): void {
  Validations.of(api).acknowledge({
    id: 'AwsSolutions-APIG2',
    reason:
      'API Gateway validates against a model per method, which JSON-RPC does not have: one method takes every message; ' +
      'the guard checks size, depth, shape and the arguments of each tool, the broker each of its parameters',
  });
}

export function acknowledgeLoggingRole(role: IConstruct): void {
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
    reason:
      'the role of an account and region with which API Gateway writes logs: API Gateway asks for this policy of AWS’s ' +
      'when it is set, and only API Gateway can take the role',
  });
}

export function acknowledgeClientSecret(secret: IConstruct): void {
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'the value is what Cognito issued for an app client, copied here by CloudFormation: a rotation in Secrets Manager ' +
      'would not change it in Cognito; it is changed by replacing the app client, which writes this secret anew',
  });
}

export function acknowledgeLostProbes(rule: IConstruct): void {
  Validations.of(rule).acknowledge({
    id: 'Serverless-EventBusDLQ',
    reason:
      'each event asks whether the region is healthy now: one that is lost is missing from the metric, which counts as ' +
      'not healthy, and an old one that is worked through later would say what is no longer true',
  });
}

export function acknowledgeSharedFacts(secret: IConstruct): void {
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions-SMG4',
    reason:
      'holds ids and addresses that tokens and public documents name as well, for the stacks of other regions to read: ' +
      'there is nothing in it that a rotation would make safer',
  });
}

export function acknowledgePlainTopic(topic: IConstruct): void {
  Validations.of(topic).acknowledge({
    id: 'AwsSolutions-SNS2',
    reason:
      'alarms name a metric and a threshold, nothing of a call; CloudWatch cannot publish to a topic under the key that ' +
      'AWS manages, so encryption takes a key of one’s own: `encryptionKey` of the server',
  });
}

export function acknowledgeArchiveWithoutAccessLog(bucket: IConstruct): void {
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'only Firehose writes to the archive, and who reads it is for CloudTrail data events to say, which a company keeps ' +
      'in one place: an access log of its own would be a second bucket without a lock beside the one that has it',
  });
}

export function acknowledgeObjectsOfArchive(policy: IConstruct, objectsArn: string): void {
  Validations.of(policy).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${asFindingsWriteIt(Stack.of(policy).resolve(objectsArn))}]`,
    reason: 'Firehose names the objects that it writes, so it may write any into this one bucket, and nothing else',
  });
}

export function acknowledgeTokenExchange(client: IConstruct): void {
  Validations.of(client).acknowledge({
    id: 'CloudFormation-Validate::W3030',
    reason:
      'ALLOW_TOKEN_EXCHANGE_IMPERSONATION is an authentication flow of Cognito since November 2026, which the list of ' +
      'values in this version of the CDK does not have yet',
  });
}

export function acknowledgeUserPool(
  pool: UserPool,
  { mfaRequired, plus }: { readonly mfaRequired: boolean; readonly plus: boolean },
): void {
  if (!mfaRequired) {
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason:
        'each user may switch an authenticator app on; requiring it of all users is a decision of the pool’s owner',
    });
  }
  if (!plus) {
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'the Plus plan is charged per active user; audience-bound tokens and managed login need Essentials, and self ' +
        'sign-up is off, so every account is one an administrator created',
    });
  }
  const textMessages = pool.node.tryFindChild('smsRole');
  if (textMessages) acknowledgeAccountWideActions(textMessages, 'sending a code to the phone of a user');
}

/** A value of a template as cdk-nag names it in findings: what is known only at deploy time stands in angle brackets. */
function asFindingsWriteIt(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...functions } = value as { Ref?: string; 'Fn::GetAtt'?: string[]; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return `<${Ref}>`;
  if (functions['Fn::GetAtt']) return `<${functions['Fn::GetAtt'].join('.')}>`;
  const [delimiter, parts] = functions['Fn::Join'] ?? ['', []];
  return parts.map(asFindingsWriteIt).join(delimiter);
}
