/** The little of a CloudFormation template that is read here. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly UpdatePolicy?: unknown;
}

/** Resources of one type with their logical ids. */
export function resourcesOf(template: Template, type: string): [string, Readonly<Record<string, unknown>>][] {
  return Object.entries(template.Resources ?? {})
    .filter(([, resource]) => resource.Type === type)
    .map(([logicalId, resource]) => [logicalId, resource.Properties ?? {}]);
}

/**
 * A value as far as it is known before deployment: joins are joined, what the deployment decides stands in
 * brackets. Two values that render alike are the same value, so scopes can be told from their prefix.
 */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const [name, argument] = Object.entries(value)[0] ?? [];
  switch (name) {
    case 'Ref':
      return `[${argument}]`;
    case 'Fn::GetAtt':
      return `[${Array.isArray(argument) ? argument.join('.') : argument}]`;
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(textOf).join(separator);
    }
    case 'Fn::Sub':
      return typeof argument === 'string' ? argument.replace(/\$\{([^!}][^}]*)\}/g, '[$1]') : bracketed(value);
    default:
      return bracketed(value);
  }
}

function bracketed(value: object): string {
  return `[${JSON.stringify(value)}]`;
}

/** The logical id a rendered value refers to, if it is one reference and nothing else. */
export function referred(text: string): string | undefined {
  return /^\[(\w+)(\.[\w.]+)?\]$/.exec(text)?.[1];
}
