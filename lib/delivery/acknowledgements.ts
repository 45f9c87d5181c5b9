import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { KEY_ALIASES, type Statement } from './narrow';

/*
 * What is left of wildcards in the roles of CDK Pipelines, each with its reason; recorded on the one policy it is about.
 */

interface Reason {
  readonly resource: RegExp;
  /** The statements it is about; left out: all. */
  readonly of?: (statement: Statement) => boolean;
  readonly reason: string;
}

const DESCRIPTIONS = ['cloudformation:DescribeStacks', 's3:ListBucket'];

const REASONS: readonly Reason[] = [
  {
    resource: /^<[\w.]+>\/\*$|^arn:[^*]*:s3:::[^*]+\/\*$/,
    reason:
      'CodePipeline chooses the keys of its artifacts; the bucket holds the artifacts of this pipeline and nothing else',
  },
  {
    resource: /:secretsmanager:.*:secret:[^*]+\*$/,
    reason:
      'Secrets Manager appends six random characters to the ARN of a secret, which a secret named by its name does not show',
  },
  {
    resource: /^arn:\*:iam::[^*]+:role\/\*$/,
    reason:
      'the pipeline updates itself through the roles of the CDK’s bootstrap stack: the condition of this statement lets it ' +
      'assume only roles that are tagged as such, whatever their names',
  },
  {
    resource: /^\*$/,
    of: ({ Action }) => [Action].flat().every((action) => DESCRIPTIONS.includes(action)),
    reason:
      'the CDK’s command line looks for its bootstrap stack and bucket, whose names are known only once they are found: it ' +
      'can read descriptions and list names, nothing else',
  },
  {
    resource: /^\*$/,
    of: ({ Action, Condition }) =>
      [Action].flat().every((action) => action.startsWith('kms:')) &&
      JSON.stringify(Condition ?? '').includes(KEY_ALIASES),
    reason:
      'the keys of artifacts in other regions get their ARNs there: the condition of this statement lets CodePipeline use ' +
      'only keys that have the alias of one of its own buckets',
  },
];

/** A finding is waived for all statements on its resource, so it stays where one of them has no reason. */
export function acknowledgeWildcards(policy: IConstruct, statements: readonly Statement[]): void {
  const resources = statements.flatMap(resourcesIn).filter((resource) => resource.includes('*'));
  for (const resource of new Set(resources)) {
    const about = statements.filter((statement) => resourcesIn(statement).includes(resource));
    const reasons = about.map((statement) => reasonFor(resource, statement));
    if (reasons.includes(undefined)) continue;
    const reason = [...new Set(reasons)].join('; ');
    Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}

function resourcesIn({ Resource }: Statement): string[] {
  return [Resource].flat().map(flat);
}

function reasonFor(resource: string, statement: Statement): string | undefined {
  return REASONS.find((one) => one.resource.test(resource) && (one.of?.(statement) ?? true))?.reason;
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
