/** A statement as it stands in a template. */
export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

/**
 * What the patterns stand for here. CodePipeline and CodeBuild read and write artifacts; nobody deletes any, they expire.
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/how-to-custom-role.html
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  's3:GetObject*': ['s3:GetObject', 's3:GetObjectVersion'],
  's3:GetBucket*': ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'],
  's3:List*': ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListMultipartUploadParts'],
  's3:Abort*': ['s3:AbortMultipartUpload'],
  's3:DeleteObject*': [],
  // Connections are named by either prefix, and a permission by that of the connection.
  'codestar-connections:UseConnection': ['codeconnections:UseConnection', 'codestar-connections:UseConnection'],
  'kms:ReEncrypt*': ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
  'kms:GenerateDataKey*': ['kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext'],
};

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-resource-aliases */
export const KEY_ALIASES = 'kms:ResourceAliases';

/** No step writes test reports of CodeBuild, and all builds share one log group, which is granted by its own ARN. */
const UNUSED = /:report-group\/|:log-group:\/aws\/codebuild\//;

/**
 * The statements with every action by its name, and without those that nothing here uses.
 * @param builds what a role that may start every build of the account is left with
 * @param keyAliases of the keys that are left to a role that may use every key
 */
export function narrowed(
  statements: readonly Statement[],
  builds: readonly unknown[],
  keyAliases: readonly unknown[],
): Statement[] {
  return statements.flatMap((statement) => {
    if (UNUSED.test(JSON.stringify(statement.Resource ?? ''))) return [];
    const actions = [statement.Action].flat().flatMap((action) => ACTIONS[action] ?? [action]);
    if (actions.length === 0) return [];
    const everyOf = (service: string) =>
      statement.Resource === '*' && actions.every((action) => action.startsWith(`${service}:`));
    return [
      {
        ...statement,
        Action: actions.length === 1 ? actions[0]! : actions,
        ...(everyOf('codebuild') && { Resource: builds }),
        // The ARN of a key in another region is known nowhere but there; its alias has a name that was chosen here.
        ...(everyOf('kms') &&
          keyAliases.length > 0 && { Condition: { 'ForAnyValue:StringEquals': { [KEY_ALIASES]: keyAliases } } }),
      },
    ];
  });
}
