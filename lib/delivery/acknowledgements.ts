import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Statement } from './narrow';

/*
 * What is left of wildcards in the roles of CDK Pipelines, each with its reason; recorded on the one policy it is about.
 */

const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [
    /^<[\w.]+>\/\*$|^arn:[^*]*:s3:::[^*]+\/\*$/,
    'CodePipeline chooses the keys of its artifacts; the bucket holds the artifacts of this pipeline and nothing else',
  ],
  [
    /:secretsmanager:.*:secret:[^*]+\*$/,
    'Secrets Manager appends six random characters to the ARN of a secret, which a secret named by its name does not show',
  ],
  [
    /^arn:\*:iam::[^*]+:role\/\*$/,
    'the pipeline updates itself through the roles of the CDK’s bootstrap stack: the condition of this statement lets it ' +
      'assume only roles that are tagged as such, whatever their names',
  ],
  [
    /^\*$/,
    'the CDK’s command line looks for its bootstrap stack and bucket, whose names are known only once they are found: it ' +
      'can read descriptions and list names, nothing else',
  ],
];

export function acknowledgeWildcards(policy: IConstruct, statements: readonly Statement[]): void {
  const resources = statements.flatMap(({ Resource }) => [Resource].flat().map(flat));
  for (const resource of new Set(resources.filter((text) => text.includes('*')))) {
    const reason = REASONS.find(([pattern]) => pattern.test(resource))?.[1];
    if (reason !== undefined) {
      Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
    }
  }
}

/** CodePipeline copies artifacts into the regions it deploys to. */
export function acknowledgeReplica(bucket: IConstruct): void {
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'holds copies of artifacts for CodePipeline in another region; who reads and writes the artifacts themselves is ' +
      'logged where they are made, and a log bucket for each region would be one more thing to keep safe',
  });
}

/** A resource as cdk-nag names it: references in angle brackets. */
function flat(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const [name, argument] = Object.entries(value)[0] ?? [];
  switch (name) {
    case 'Ref':
      return `<${argument}>`;
    case 'Fn::GetAtt':
      return `<${(argument as string[]).join('.')}>`;
    case 'Fn::Join':
      return (argument as [string, unknown[]])[1].map(flat).join((argument as [string, unknown[]])[0]);
    default:
      return JSON.stringify(value);
  }
}
