/** What a Lambda authorizer answered, as far as it can be used. */
export interface AuthorizerAnswer {
  readonly principalId: string;
  readonly statements: readonly PolicyStatement[];
  readonly context: Readonly<Record<string, string>>;
}

export interface PolicyStatement {
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `Condition`, `NotAction` and the like are not evaluated here: such a statement allows nothing and denies all. */
  readonly unknown: boolean;
}

/** Undefined when it has not the format that API Gateway wants. */
export function readAnswer(value: unknown): AuthorizerAnswer | undefined {
  if (!isRecord(value) || !isRecord(value.policyDocument)) return undefined;
  const { principalId, policyDocument, context = {} } = value;
  if (typeof principalId !== 'string' || principalId === '') return undefined;
  const statements = [policyDocument.Statement ?? []].flat();
  if (!statements.every(isRecord) || !isRecord(context)) return undefined;
  const values = Object.entries(context);
  // Lists and objects are no valid context.
  if (!values.every(([, one]) => ['string', 'number', 'boolean'].includes(typeof one))) return undefined;
  return {
    principalId,
    statements: statements.map(readStatement),
    context: Object.fromEntries(values.map(([name, one]) => [name, String(one)])),
  };
}

export type PolicyDecision = 'allow' | 'deny' | 'explicit deny';

/** Whether a policy lets this method be called; a denial counts more than any permission. */
export function evaluatePolicy(statements: readonly PolicyStatement[], methodArn: string): PolicyDecision {
  const applies = ({ actions, resources, unknown }: PolicyStatement) =>
    unknown ||
    (actions.some((action) => like(action.toLowerCase(), 'execute-api:invoke')) &&
      resources.some((resource) => like(resource, methodArn)));
  if (statements.some((one) => !one.allows && applies(one))) return 'explicit deny';
  return statements.some((one) => one.allows && !one.unknown && applies(one)) ? 'allow' : 'deny';
}

function readStatement(statement: Record<string, unknown>): PolicyStatement {
  const { Effect, Action = [], Resource = [], Sid: _, ...others } = statement;
  return {
    allows: Effect === 'Allow',
    actions: [Action].flat().map(String),
    resources: [Resource].flat().map(String),
    unknown: Object.keys(others).length > 0 || (Effect !== 'Allow' && Effect !== 'Deny'),
  };
}

/** `*` stands for any text, `?` for one character. */
function like(pattern: string, text: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
