import type { RouteSpec } from '../deployment/apis';

export interface RouteMatch {
  readonly route: RouteSpec;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route of a request, as API Gateway selects it: of the routes that fit path and method the most specific one (a
 * literal segment before a variable, a variable before a greedy one, a method before `ANY`), then `$default`.
 */
export function selectRoute(routes: readonly RouteSpec[], method: string, path: string): RouteMatch | undefined {
  const candidates = routes.flatMap((route) => {
    const [routeMethod, pattern] = route.key.split(' ') as [string, string?];
    if (pattern === undefined || (routeMethod !== 'ANY' && routeMethod !== method)) return [];
    const pathParameters = matchPath(pattern, path);
    return pathParameters ? [{ route, pathParameters, rank: rank(routeMethod, pattern) }] : [];
  });
  const [best] = candidates.sort((one, other) => (one.rank < other.rank ? -1 : 1));
  if (best) return best;
  const fallback = routes.find((route) => route.key === '$default');
  return fallback && { route: fallback, pathParameters: {} };
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

/** Sorts by specificity: 0 literal, 1 variable, 2 greedy, per segment; the method decides between equals. */
function rank(method: string, pattern: string): string {
  const segments = pattern.split('/').map((segment) => (segment.endsWith('+}') ? 2 : segment.startsWith('{') ? 1 : 0));
  return `${segments.join('')}${method === 'ANY' ? 'b' : 'a'}`;
}
