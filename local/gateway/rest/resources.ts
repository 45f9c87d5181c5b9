import type { RestResourceSpec } from '../../deployment/rest-apis';
import type { MethodSpec } from '../../deployment/rest-methods';

export interface MethodMatch {
  readonly resource: RestResourceSpec;
  readonly method: MethodSpec;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The method of a request: first the resource whose path fits best (a literal part before a variable, a variable
 * before a greedy one), then its method or its `ANY`. A slash at the end makes no difference.
 */
export function selectMethod(
  resources: readonly RestResourceSpec[],
  httpMethod: string,
  path: string,
): MethodMatch | undefined {
  const given = path.replace(/(?<=.)\/$/, '');
  const [best] = resources
    .flatMap((resource) => {
      const pathParameters = matchPath(resource.path, given);
      return pathParameters && resource.methods.length > 0
        ? [{ resource, pathParameters, rank: rank(resource.path) }]
        : [];
    })
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const method =
    best?.resource.methods.find((one) => one.httpMethod === httpMethod) ??
    best?.resource.methods.find((one) => one.httpMethod === 'ANY');
  return best && method && { resource: best.resource, method, pathParameters: best.pathParameters };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const parameters: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(segment) ?? [];
    const value = greedy ? given.slice(index).join('/') : given[index];
    if (name ? !value : segment !== value) return undefined;
    if (name && value) parameters[name] = value;
    if (greedy) return parameters;
  }
  return wanted.length === given.length ? parameters : undefined;
}

/** Sorts by specificity: 0 literal, 1 variable, 2 greedy, per part. */
function rank(pattern: string): string {
  return pattern
    .split('/')
    .map((segment) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0))
    .join('');
}
