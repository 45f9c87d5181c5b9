/**
 * So much of CloudWatch Logs' filter patterns for JSON as the metric filters of this library use: texts compared with =
 * and !=, `*` standing for any text, joined by &&, || and parentheses
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html). What it does
 * not know it refuses.
 */
export type LogFields = Readonly<Record<string, unknown>>;

type Test = (fields: LogFields) => boolean;

const TOKEN = /\s*(&&|\|\||[()]|\$\.(\w+)\s*(=|!=)\s*"([^"]*)")/y;

export function filterPattern(pattern: string): Test {
  const [, inner] = /^\{(.*)\}$/s.exec(pattern.trim()) ?? [];
  if (inner === undefined) throw new Error(`the filter pattern ${pattern} is not known here`);
  const tokens = tokensOf(inner);
  const test = either(tokens);
  if (tokens.length > 0) throw new Error(`the filter pattern ${pattern} is not known here`);
  return test;
}

function tokensOf(text: string): (string | Test)[] {
  const tokens: (string | Test)[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const [, token, field, operator, value] = TOKEN.exec(text) ?? [];
    if (token === undefined) throw new Error(`'${text.slice(from)}' of a filter pattern is not known here`);
    tokens.push(field === undefined ? token : condition(field, operator === '=', value ?? ''));
  }
  return tokens;
}

/** A field that is not there matches nothing. */
function condition(field: string, equal: boolean, value: string): Test {
  const wanted = new RegExp(`^${value.split('*').map(escaped).join('.*')}$`, 's');
  return (fields) => fields[field] !== undefined && wanted.test(String(fields[field])) === equal;
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
}

/** && binds before ||. */
function either(tokens: (string | Test)[]): Test {
  const tests = joined(tokens, '||', () => joined(tokens, '&&', () => [single(tokens)]));
  return (fields) => tests.some((test) => test(fields));
}

function joined(tokens: (string | Test)[], by: '&&' | '||', next: () => Test[]): Test[] {
  const all =
    (tests: Test[]): Test =>
    (fields) =>
      tests.every((test) => test(fields));
  const tests = [all(next())];
  while (tokens[0] === by) {
    tokens.shift();
    tests.push(all(next()));
  }
  return tests;
}

function single(tokens: (string | Test)[]): Test {
  const token = tokens.shift();
  if (typeof token === 'function') return token;
  if (token !== '(') throw new Error(`'${token}' stands where a filter pattern has a condition`);
  const inner = either(tokens);
  if (tokens.shift() !== ')') throw new Error('a parenthesis of a filter pattern is not closed');
  return inner;
}
