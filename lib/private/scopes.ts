import { quoted } from './errors';

/** Cognito's limit on a resource server. */
const MOST_SCOPES = 100;

/** Cognito's limit on an app client. */
export const MOST_CLIENT_SCOPES = 50;

/** Printable ASCII without space, quote, backslash and slash: RFC 6749 §3.3, less what Cognito refuses. */
const SCOPE_NAME = /^[\x21\x23-\x2e\x30-\x5b\x5d-\x7e]{1,256}$/;

/** What is wrong with the declared scopes, in words. */
export function scopeProblems(scopes: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(scopes);
  if (names.length === 0) {
    return ["no scopes are declared: name at least one in `scopes`, as in { 'notes:read': 'Read your notes' }"];
  }
  const problems: string[] = [];
  if (names.length > MOST_SCOPES) {
    problems.push(`${names.length} scopes are declared, Cognito allows ${MOST_SCOPES}: use groups for finer access`);
  }
  for (const name of names) {
    if (!SCOPE_NAME.test(name)) {
      problems.push(
        `scope '${name}' has a character Cognito refuses: use letters, digits and :.-_ but no '/' or space`,
      );
    }
    const description = scopes[name] ?? '';
    if (description.trim() === '' || description.length > 256) {
      problems.push(`scope '${name}' needs a description of 1 to 256 characters: people read it when they consent`);
    }
  }
  return problems;
}

/** What is wrong with a list that may only name declared scopes; `where` names the list. */
export function scopeListProblems(where: string, list: readonly string[], declared: readonly string[]): string[] {
  if (list.length === 0) return [`${where} is empty: name one or more of ${quoted(declared)}`];
  const unknown = list.filter((scope) => !declared.includes(scope));
  const twice = list.filter((scope, index) => list.indexOf(scope) !== index);
  return [
    ...unknown.map(
      (scope) => `unknown scope '${scope}' in ${where}: declare it in \`scopes\`, or use one of ${quoted(declared)}`,
    ),
    ...twice.map((scope) => `scope '${scope}' stands twice in ${where}: remove one`),
  ];
}
