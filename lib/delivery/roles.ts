import { Lazy, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { IAlias } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  PIPELINE_REDUCE_ASSET_ROLE_TRUST_SCOPE,
  PIPELINE_REDUCE_CROSS_ACCOUNT_ACTION_ROLE_TRUST_SCOPE,
  PIPELINE_REDUCE_STAGE_ROLE_TRUST_SCOPE,
  S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY,
} from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import { acknowledgeWildcards } from './acknowledgements';
import { narrowed, type Statement } from './narrow';

/**
 * Roles trust the one role that assumes them, not the whole account, and logs are let in by a policy, not by an access
 * control list: whatever the flags of the app say.
 */
export function narrowTrust(scope: Construct): void {
  for (const flag of [
    PIPELINE_REDUCE_ASSET_ROLE_TRUST_SCOPE,
    PIPELINE_REDUCE_CROSS_ACCOUNT_ACTION_ROLE_TRUST_SCOPE,
    PIPELINE_REDUCE_STAGE_ROLE_TRUST_SCOPE,
    S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY,
  ]) {
    scope.node.setContext(flag, true);
  }
}

interface Document {
  readonly Statement: readonly Statement[];
}

/**
 * What CDK Pipelines grants by pattern is written out, and what no step here needs is left out.
 * @param copies where artifacts are copied to in other regions
 */
export function narrowRoles(scope: Construct, copies: readonly IBucket[]): void {
  const builds = scope.node
    .findAll()
    .filter((node) => node instanceof codebuild.CfnProject && node.node.path.includes('/Assets/'))
    .map((node) => (node as codebuild.CfnProject).attrArn);
  const keyAliases = copies.map(({ encryptionKey }) => (encryptionKey as IAlias).aliasName);
  for (const policy of scope.node.findAll().filter((node) => node instanceof iam.Policy)) {
    const stack = Stack.of(policy);
    const rendered = (document: Document) => ({
      ...document,
      Statement: narrowed(document.Statement, stack.resolve(builds), stack.resolve(keyAliases)),
    });
    // Late: what is granted after this is narrowed as well.
    (policy.node.defaultChild as iam.CfnPolicy).policyDocument = Lazy.uncachedAny({
      produce: (context) => rendered(context.resolve(policy.document)),
    });
    const { Statement } = rendered(stack.resolve(policy.document));
    acknowledgeWildcards(policy, Statement);
  }
}
