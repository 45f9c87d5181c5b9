import { LocalFailure } from '../failure';

/** What a rule looks for. */
export type Statement =
  | { readonly kind: 'address'; readonly ranges: readonly string[] }
  | (Field & { readonly kind: 'size'; readonly comparison: Comparison; readonly size: number })
  | (Field & { readonly kind: 'text'; readonly text: string; readonly place: TextPlace })
  | (Field & { readonly kind: 'pattern'; readonly pattern: RegExp })
  | { readonly kind: 'every' | 'some'; readonly of: readonly Statement[] }
  | { readonly kind: 'not'; readonly of: Statement }
  | RateStatement;

export interface RateStatement {
  readonly kind: 'rate';
  /** More requests than these within the window, and it matches. */
  readonly limit: number;
  readonly windowMs: number;
  /** What requests are counted by; none: all together. */
  readonly keys: readonly RateKey[];
  readonly only?: Statement;
}

export type RateKey = 'address' | Field;

/** A part of the request, after transformations. */
export interface Field {
  readonly field: FieldName;
  readonly header?: string;
  readonly oversize?: 'CONTINUE' | 'MATCH' | 'NO_MATCH';
  readonly transformations: readonly Transformation[];
}

export type FieldName = 'path' | 'query' | 'method' | 'header' | 'body';
export type Comparison = 'EQ' | 'NE' | 'LE' | 'LT' | 'GE' | 'GT';
export type TextPlace = 'EXACTLY' | 'STARTS_WITH' | 'ENDS_WITH' | 'CONTAINS';
export type Transformation = 'NONE' | 'LOWERCASE' | 'URL_DECODE';

/** A statement as CloudFormation spells it: one member, named by its kind. */
export type StatementProperties = Readonly<Record<string, unknown>>;

type Properties = Readonly<Record<string, unknown>>;

const COMPARISONS: readonly Comparison[] = ['EQ', 'NE', 'LE', 'LT', 'GE', 'GT'];
const PLACES: readonly TextPlace[] = ['EXACTLY', 'STARTS_WITH', 'ENDS_WITH', 'CONTAINS'];
const TRANSFORMATIONS: readonly Transformation[] = ['NONE', 'LOWERCASE', 'URL_DECODE'];
const WINDOWS_SECONDS = [60, 120, 300, 600];
const LEAST_LIMIT = 10;

/**
 * Reads a statement; one that cannot be evaluated here is refused, naming the rule.
 * @param addresses IP sets by their ARNs
 */
export function compileStatement(
  place: string,
  statement: StatementProperties,
  addresses: ReadonlyMap<string, readonly string[]>,
): Statement {
  const compile = (inner: unknown) => compileStatement(place, inner as StatementProperties, addresses);
  const [[name, given] = ['', {}], ...others] = Object.entries(statement) as [string, Properties][];
  if (others.length > 0) throw new LocalFailure(`${place} has several statements side by side: AWS WAF takes one`);
  switch (name) {
    case 'IPSetReferenceStatement':
      return { kind: 'address', ranges: rangesOf(place, given, addresses) };
    case 'SizeConstraintStatement':
      return {
        kind: 'size',
        ...fieldOf(place, given),
        comparison: oneOf(place, given.ComparisonOperator, COMPARISONS),
        size: Number(given.Size),
      };
    case 'ByteMatchStatement':
      return {
        kind: 'text',
        ...fieldOf(place, given),
        text: String(given.SearchString),
        place: oneOf(place, given.PositionalConstraint, PLACES),
      };
    case 'RegexMatchStatement':
      return { kind: 'pattern', ...fieldOf(place, given), pattern: new RegExp(String(given.RegexString)) };
    case 'AndStatement':
      return { kind: 'every', of: (given.Statements as unknown[]).map(compile) };
    case 'OrStatement':
      return { kind: 'some', of: (given.Statements as unknown[]).map(compile) };
    case 'NotStatement':
      return { kind: 'not', of: compile(given.Statement) };
    case 'RateBasedStatement':
      return rateOf(place, given, compile);
    default:
      throw new LocalFailure(`${place} has a ${name}, which is not evaluated here: leave the rule out`);
  }
}

function rangesOf(place: string, given: Properties, addresses: ReadonlyMap<string, readonly string[]>) {
  if (given.IPSetForwardedIPConfig) {
    throw new LocalFailure(
      `${place} believes a header about the caller's address, which is not mimicked here: leave it out`,
    );
  }
  const ranges = addresses.get(String(given.Arn));
  if (!ranges) throw new LocalFailure(`${place} refers to ${given.Arn}, which is no IP set of the app`);
  return ranges;
}

function rateOf(place: string, given: Properties, compile: (inner: unknown) => Statement): RateStatement {
  const limit = Number(given.Limit);
  const seconds = Number(given.EvaluationWindowSec ?? 300);
  if (!(limit >= LEAST_LIMIT) || !WINDOWS_SECONDS.includes(seconds)) {
    throw new LocalFailure(
      `${place} counts ${given.Limit} in ${seconds} seconds: AWS WAF takes ${LEAST_LIMIT} or more in ${WINDOWS_SECONDS.join(', ')}`,
    );
  }
  return {
    kind: 'rate',
    limit,
    windowMs: seconds * 1000,
    keys: keysOf(place, given),
    only: given.ScopeDownStatement === undefined ? undefined : compile(given.ScopeDownStatement),
  };
}

function keysOf(place: string, { AggregateKeyType, CustomKeys }: Properties): RateKey[] {
  switch (AggregateKeyType) {
    case 'IP':
      return ['address'];
    case 'CONSTANT':
      return [];
    case 'CUSTOM_KEYS':
      return (CustomKeys as Properties[]).map((key) => keyOf(place, key));
    default:
      throw new LocalFailure(`${place} counts by ${AggregateKeyType}: use IP, CUSTOM_KEYS or CONSTANT to run it here`);
  }
}

function keyOf(place: string, key: Properties): RateKey {
  const [[name, given] = ['', {}]] = Object.entries(key) as [string, Properties][];
  const transformations = transformationsOf(place, given.TextTransformations);
  switch (name) {
    case 'IP':
      return 'address';
    case 'Header':
      return { field: 'header', header: String(given.Name).toLowerCase(), transformations };
    case 'HTTPMethod':
      return { field: 'method', transformations };
    case 'UriPath':
      return { field: 'path', transformations };
    case 'QueryString':
      return { field: 'query', transformations };
    default:
      throw new LocalFailure(
        `${place} counts by ${name}, which is not known here: use Header, IP, HTTPMethod, UriPath or QueryString`,
      );
  }
}

function fieldOf(place: string, { FieldToMatch, TextTransformations }: Properties): Field {
  const [[name, given] = ['', {}]] = Object.entries((FieldToMatch ?? {}) as Properties) as [string, Properties][];
  const transformations = transformationsOf(place, TextTransformations);
  switch (name) {
    case 'UriPath':
      return { field: 'path', transformations };
    case 'QueryString':
      return { field: 'query', transformations };
    case 'Method':
      return { field: 'method', transformations };
    case 'SingleHeader':
      return { field: 'header', header: String(given.Name).toLowerCase(), transformations };
    case 'Body':
      return {
        field: 'body',
        oversize: oneOf(place, given.OversizeHandling ?? 'CONTINUE', ['CONTINUE', 'MATCH', 'NO_MATCH'] as const),
        transformations,
      };
    default:
      throw new LocalFailure(
        `${place} looks at ${name}, which is not known here: use UriPath, QueryString, Method, SingleHeader or Body`,
      );
  }
}

function transformationsOf(place: string, given: unknown): Transformation[] {
  return [...((given ?? []) as { Priority: number; Type: string }[])]
    .sort((one, other) => Number(one.Priority) - Number(other.Priority))
    .map(({ Type }) => oneOf(place, Type, TRANSFORMATIONS));
}

function oneOf<T extends string>(place: string, value: unknown, known: readonly T[]): T {
  if (known.includes(value as T)) return value as T;
  throw new LocalFailure(`${place} says ${JSON.stringify(value)}, which is not known here: use ${known.join(', ')}`);
}
