import { admitBody, DEFAULT_LIMITS } from '../../../lambda/guard/limits';

const admitted = (id: string) => admitBody(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`, DEFAULT_LIMITS).ok;

test.each(['0', '-0', '-1', '9007199254740991', '""', '"a"', `"${'x'.repeat(256)}"`])('T5 takes the id %s', (id) => {
  expect(admitted(id)).toBe(true);
});

test.each(['1.5', '1e400', '-1e400', '9007199254740993', '1e300', 'null', 'true', '{}', '[1]', `"${'x'.repeat(257)}"`])(
  'T5 refuses the id %s, which would not come back as it went or belongs to no request',
  (id) => {
    expect(admitted(id)).toBe(false);
  },
);
