import { BlockList, isIPv6 } from 'node:net';
import type { Comparison, Field, Statement, TextPlace, Transformation } from './statement';

/** A request as a web ACL sees it, before anything else in the gateway. */
export interface InspectedRequest {
  readonly sourceIp: string;
  readonly method: string;
  /** As sent, not decoded. */
  readonly path: string;
  readonly query: string;
  /** The first value of a header. */
  header(name: string): string | undefined;
  /** As much as is looked at. */
  readonly body: string;
  /** Whether the body is longer than that. */
  readonly oversize: boolean;
}

/** Counts a request by its keys and says whether there were more than the limit; keeps state between calls. */
export type CountRate = (statement: Statement & { kind: 'rate' }, request: InspectedRequest) => boolean;

/** Whether a request is what a statement describes. */
export function matches(statement: Statement, request: InspectedRequest, count: CountRate): boolean {
  switch (statement.kind) {
    case 'address':
      return isWithin(request.sourceIp, statement.ranges);
    case 'every':
      return statement.of.every((one) => matches(one, request, count));
    case 'some':
      return statement.of.some((one) => matches(one, request, count));
    case 'not':
      return !matches(statement.of, request, count);
    case 'rate':
      return (!statement.only || matches(statement.only, request, count)) && count(statement, request);
    case 'size':
      return onField(statement, request, (value) =>
        compare(Buffer.byteLength(value), statement.comparison, statement.size),
      );
    case 'text':
      return onField(statement, request, (value) => isPlaced(value, statement.text, statement.place));
    case 'pattern':
      return onField(statement, request, (value) => statement.pattern.test(value));
  }
}

/** A field's text; undefined where the request has no such header. */
export function fieldText(field: Field, request: InspectedRequest): string | undefined {
  const raw = field.field === 'header' ? request.header(field.header ?? '') : request[field.field];
  return raw === undefined ? undefined : field.transformations.reduce(transform, raw);
}

function onField(field: Field, request: InspectedRequest, test: (value: string) => boolean): boolean {
  if (field.field === 'body' && request.oversize && field.oversize !== 'CONTINUE') return field.oversize === 'MATCH';
  const value = fieldText(field, request);
  return value !== undefined && test(value);
}

function transform(text: string, transformation: Transformation): string {
  switch (transformation) {
    case 'NONE':
      return text;
    case 'LOWERCASE':
      return text.toLowerCase();
    case 'URL_DECODE':
      return text.replace(/(?:%[0-9a-f]{2})+/gi, (escaped) =>
        Buffer.from(escaped.replaceAll('%', ''), 'hex').toString(),
      );
  }
}

function compare(value: number, comparison: Comparison, size: number): boolean {
  switch (comparison) {
    case 'EQ':
      return value === size;
    case 'NE':
      return value !== size;
    case 'LE':
      return value <= size;
    case 'LT':
      return value < size;
    case 'GE':
      return value >= size;
    case 'GT':
      return value > size;
  }
}

function isPlaced(value: string, text: string, place: TextPlace): boolean {
  switch (place) {
    case 'EXACTLY':
      return value === text;
    case 'STARTS_WITH':
      return value.startsWith(text);
    case 'ENDS_WITH':
      return value.endsWith(text);
    case 'CONTAINS':
      return value.includes(text);
  }
}

function isWithin(address: string, ranges: readonly string[]): boolean {
  const plain = address.replace(/^::ffff:/, '');
  return ranges.some((range) => {
    const [network, bits] = range.split('/') as [string, string];
    const family = isIPv6(network) ? 'ipv6' : 'ipv4';
    const list = new BlockList();
    list.addSubnet(network, Number(bits), family);
    return (isIPv6(plain) ? 'ipv6' : 'ipv4') === family && list.check(plain, family);
  });
}
