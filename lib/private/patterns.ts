/** What kind of thing an access rule names. */
export type PatternKind = 'tools' | 'prompts' | 'resources';

/** Why a pattern cannot be used, or `undefined`. */
export function patternProblem(kind: PatternKind, pattern: string): string | undefined {
  if (pattern.trim() === '' || pattern !== pattern.trim()) {
    return `'${pattern}' in \`${kind}\` is empty or has spaces around it: write the name as the server registers it`;
  }
  const star = pattern.indexOf('*');
  if (star !== -1 && star !== pattern.length - 1) {
    return `'${pattern}' in \`${kind}\` has '*' before its end: only a trailing '*' is a wildcard, name the rest one by one`;
  }
  if (kind === 'resources' && pattern !== '*' && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(pattern)) {
    return `'${pattern}' in \`resources\` is not an absolute URI: begin it with the scheme, as in 'notes://${pattern}'`;
  }
  return undefined;
}

/** Whether one name can match both patterns. */
export function overlap(kind: PatternKind, a: string, b: string): boolean {
  const [prefixA, prefixB] = [prefixOf(a), prefixOf(b)];
  if (prefixA !== undefined && prefixB !== undefined) {
    return prefixA.startsWith(prefixB) || prefixB.startsWith(prefixA);
  }
  if (prefixA !== undefined) return matchesPrefix(kind, prefixA, b);
  if (prefixB !== undefined) return matchesPrefix(kind, prefixB, a);
  if (kind !== 'resources') return a === b;
  return templateMatches(a, sampleOf(b)) || templateMatches(b, sampleOf(a));
}

function prefixOf(pattern: string): string | undefined {
  return pattern.endsWith('*') ? pattern.slice(0, -1) : undefined;
}

/** A URI template stands for all its expansions, so its literal beginning decides. */
function matchesPrefix(kind: PatternKind, prefix: string, name: string): boolean {
  if (kind !== 'resources' || !name.includes('{')) return name.startsWith(prefix);
  const literal = name.slice(0, name.indexOf('{'));
  return literal.startsWith(prefix) || prefix.startsWith(literal);
}

const EXPRESSION = /\{([^}]*)\}/g;

function sampleOf(template: string): string {
  return template.replace(EXPRESSION, 'x');
}

function templateMatches(template: string, uri: string): boolean {
  const literals = template.split(/\{[^}]*\}/).map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const variables = [...template.matchAll(EXPRESSION)].map((match) => (/^[+#/]/.test(match[1] ?? '') ? '.*' : '[^/]*'));
  const source = literals.map((literal, index) => literal + (variables[index] ?? '')).join('');
  return new RegExp(`^${source}$`).test(uri);
}
