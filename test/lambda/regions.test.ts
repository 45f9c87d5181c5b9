import { environmentOf, homeIn, homeSuffix, regionsFrom } from '../../lambda/regions';

const TEXT =
  'eu-central-1=https://dynamodb.eu-central-1.amazonaws.com,us-east-1=https://dynamodb.us-east-1.amazonaws.com';
const from = (value: string, region = 'us-east-1') => regionsFrom({ R: value, AWS_REGION: region }, 'R');

test('O2 a server stands in the regions that its constructs wrote, the first of which is the primary', () => {
  expect(from(TEXT)).toEqual({
    own: 'us-east-1',
    primary: 'eu-central-1',
    others: [{ name: 'eu-central-1', endpoint: 'https://dynamodb.eu-central-1.amazonaws.com' }],
  });
  expect(regionsFrom({}, 'R')).toBeUndefined();
});

test.each([
  ['another region', TEXT, 'eu-west-1', "does not name 'eu-west-1'"],
  ['no origin', 'us-east-1', 'us-east-1', "has 'us-east-1'"],
  ['plain http', 'us-east-1=http://tables.example', 'us-east-1', 'https origin'],
])('O2 fails at cold start with %s', (_name, value, region, message) => {
  expect(() => from(value, region)).toThrow(message);
});

test('O2 plain http is for a stack on loopback', () => {
  expect(from('us-east-1=http://127.0.0.1:8000')?.own).toBe('us-east-1');
});

test('O2 a handle ends in the region that made it', () => {
  expect(homeSuffix(from(TEXT))).toBe('.us-east-1');
  expect(homeSuffix(undefined)).toBe('');
  expect(homeIn('abc.us-east-1')).toBe('us-east-1');
  expect(homeIn('abc')).toBeUndefined();
});

test('O2 calls to another region are signed for it', () => {
  expect(environmentOf({ AWS_REGION: 'a', OTHER: 'x' }, { name: 'b', endpoint: 'https://b' })).toEqual({
    AWS_REGION: 'b',
    AWS_ENDPOINT_URL_DYNAMODB: 'https://b',
    OTHER: 'x',
  });
});
