import { type Lookup, NO_VALUE, resolve } from '../../../local/template/intrinsics';

const lookup: Lookup = {
  reference: (name) => (name === 'AWS::NoValue' ? NO_VALUE : `ref-${name}`),
  attribute: (logicalId, attribute) => `att-${logicalId}-${attribute}`,
  mapping: () => ({ eu: { size: 'small' } }),
  condition: (name) => name === 'Yes',
  imported: (name) => `import-${name}`,
};

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: what Fn::Sub replaces
test.each<[string, unknown, unknown]>([
  ['Ref', { Ref: 'Table' }, 'ref-Table'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'att-Api-ApiEndpoint'],
  ['GetAtt as a text', { 'Fn::GetAtt': 'Api.A.B' }, 'att-Api-A.B'],
  ['Join', { 'Fn::Join': ['/', ['a', { Ref: 'B' }, 1]] }, 'a/ref-B/1'],
  ['Join of a resolved list', { 'Fn::Join': ['-', { 'Fn::Split': ['.', 'a.b'] }] }, 'a-b'],
  ['Sub', { 'Fn::Sub': 'x-${Name}-${Api.Id}-${!Literal}' }, 'x-ref-Name-att-Api-Id-${Literal}'],
  ['Sub with variables', { 'Fn::Sub': ['${A}/${B}', { A: { Ref: 'X' } }] }, 'ref-X/ref-B'],
  ['Select', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
  ['Split', { 'Fn::Split': [',', 'a,b'] }, ['a', 'b']],
  ['If true', { 'Fn::If': ['Yes', 1, { 'Fn::Unknown': '' }] }, 1],
  ['If false', { 'Fn::If': ['No', { 'Fn::Unknown': '' }, 2] }, 2],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', 'eu', 'size'] }, 'small'],
  ['ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'x-${Y}' } }, 'import-x-ref-Y'],
  ['Equals', { 'Fn::Equals': [{ Ref: 'A' }, 'ref-A'] }, true],
  ['And', { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] }, false],
  ['Or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
  ['Not', { 'Fn::Not': [{ Condition: 'Yes' }] }, false],
  ['NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['NoValue in a list', [1, { Ref: 'AWS::NoValue' }], [1]],
  ['a condition of an IAM statement', { Condition: { StringEquals: {} } }, { Condition: { StringEquals: {} } }],
])('resolves %s', (_, value, expected) => {
  expect(resolve(value, lookup)).toEqual(expected);
});
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: what Fn::Sub replaces

test('refuses an unknown intrinsic by name', () => {
  expect(() => resolve({ a: { 'Fn::Cidr': ['10.0.0.0/16'] } }, lookup)).toThrow(
    'the intrinsic function Fn::Cidr is not supported here',
  );
});

test('refuses a dynamic reference, also one that is put together', () => {
  const put = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', 'x', '}}']] };
  expect(() => resolve('{{resolve:ssm:/a}}', lookup)).toThrow('{{resolve:ssm:/a}} cannot be resolved');
  expect(() => resolve(put, lookup)).toThrow('{{resolve:secretsmanager:x}} cannot be resolved');
});

test('refuses what a function cannot work with, naming the function', () => {
  expect(() => resolve({ 'Fn::Join': ['', [{}]] }, lookup)).toThrow('Fn::Join needs a text, not {}');
  expect(() => resolve({ 'Fn::Select': [5, ['a']] }, lookup)).toThrow('Fn::Select finds nothing at 5');
  expect(() => resolve({ 'Fn::If': ['Yes'] }, lookup)).toThrow('Fn::If needs a list of 3');
  expect(() => resolve({ 'Fn::FindInMap': ['Sizes', 'us', 'size'] }, lookup)).toThrow(
    'Fn::FindInMap finds no Sizes.us.size',
  );
});
