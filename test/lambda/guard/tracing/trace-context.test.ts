import fc from 'fast-check';
import {
  fromTraceparent,
  fromXRay,
  traceparentOf,
  xrayHeaderOf,
  xrayId,
} from '../../../../lambda/guard/tracing/trace-context';
import { SPAN, TRACE, TRACEPARENT } from '../../../support/traced';

test('T10 reads a traceparent', () => {
  expect(fromTraceparent(TRACEPARENT)).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true, state: undefined });
  expect(fromTraceparent(`00-${TRACE}-${SPAN}-00`)?.sampled).toBe(false);
  expect(fromTraceparent(`00-${TRACE}-${SPAN}-03`)?.sampled).toBe(true);
  expect(fromTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes-later`)?.traceId).toBe(TRACE);
});

test.each([
  ['nothing', undefined],
  ['a number', 1],
  ['an empty one', ''],
  ['one in capitals', TRACEPARENT.toUpperCase()],
  ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
  ['more than version 00 has', `${TRACEPARENT}-01`],
  ['one that is short', `00-${TRACE.slice(1)}-${SPAN}-01`],
  ['two of them', `${TRACEPARENT}, ${TRACEPARENT}`],
  ['one with a line break', `${TRACEPARENT}\n`],
  ['one with blanks', ` ${TRACEPARENT} `],
  ['other digits', `00-${TRACE.slice(1)}g-${SPAN}-01`],
])('T10 %s is no traceparent', (_what, value) => {
  expect(fromTraceparent(value)).toBeUndefined();
});

test.each([
  ['vendor=1', 'vendor=1'],
  ['a=1, tenant@system=x y', 'a=1,tenant@system=x y'],
  ['Vendor=1', undefined],
  ['vendor', undefined],
  ['a=1,,b=2', undefined],
  ['a=1\r\nx: y', undefined],
  [`a=${'x'.repeat(600)}`, undefined],
  [['a', 'b', 'c'].map((key) => `${key}=${'x'.repeat(200)}`).join(','), undefined],
  [Array.from({ length: 33 }, (_, n) => `a${n}=1`).join(','), undefined],
  [7, undefined],
])('T10 tracestate %j is passed on as %j', (state, kept) => {
  expect(fromTraceparent(TRACEPARENT, state)?.state).toBe(kept);
});

test('T10 reads X-Ray’s header, and what a load balancer makes of it', () => {
  const root = xrayId(TRACE);
  expect(root).toBe('1-4bf92f35-77b34da6a3ce929d0e0e4736');
  expect(fromXRay(`Root=${root};Parent=${SPAN};Sampled=1;Lineage=a87bd80c:1|68fd508a:5`)).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    sampled: true,
  });
  expect(fromXRay(`Self=1-67891234-12456789abcdef012345678;Root=${root}`)).toEqual({ traceId: TRACE });
  expect(fromXRay(`Root=${root};Parent=${SPAN};Sampled=?`)).toEqual({ traceId: TRACE, spanId: SPAN });
});

test.each([
  undefined,
  null,
  '',
  'Root=',
  'Root=2-4bf92f35-77b34da6a3ce929d0e0e4736',
  `Root=1-${'0'.repeat(8)}-${'0'.repeat(24)}`,
  `Parent=${SPAN};Sampled=1`,
  `Root=${xrayId(TRACE)};${'x=y;'.repeat(200)}`,
])('T10 %j says nothing', (value) => {
  expect(fromXRay(value)).toBeUndefined();
});

test('T10 what is written is what is read, and nothing else is', () => {
  const hex = (length: number) =>
    fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((id) => /[^0]/.test(id));
  fc.assert(
    fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
      const context = { traceId, spanId, sampled };
      expect(fromTraceparent(traceparentOf(traceId, spanId, sampled))).toEqual({ ...context, state: undefined });
      expect(fromXRay(xrayHeaderOf(traceId, spanId, sampled))).toEqual(context);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      const read = fromTraceparent(text) ?? fromXRay(text);
      if (read !== undefined) expect(read.traceId).toMatch(/^[0-9a-f]{32}$/);
    }),
  );
});
