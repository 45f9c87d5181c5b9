// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written this way
import { referred, textOf } from '../../bin/cli/template';

test.each([
  ['plain', 'plain'],
  [undefined, ''],
  [{ Ref: 'Pool' }, '[Pool]'],
  [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '[Api.ApiEndpoint]'],
  [{ 'Fn::GetAtt': 'Api.ApiEndpoint' }, '[Api.ApiEndpoint]'],
  [{ 'Fn::Join': ['', [{ Ref: 'Api' }, '/mcp/', { Ref: 'Name' }]] }, '[Api]/mcp/[Name]'],
  [{ 'Fn::Join': [',', ['a', 'b']] }, 'a,b'],
  [{ 'Fn::Sub': 'https://${Api}.${AWS::Region}/${!Literal}' }, 'https://[Api].[AWS::Region]/${!Literal}'],
  [{ 'Fn::ImportValue': 'Other' }, '[{"Fn::ImportValue":"Other"}]'],
  [{ 'Fn::Sub': ['${a}', { a: 1 }] }, '[{"Fn::Sub":["${a}",{"a":1}]}]'],
])('%j is shown as %s', (value, text) => {
  expect(textOf(value)).toBe(text);
});

test('a value that is one reference names its resource, others name none', () => {
  expect(referred('[Client]')).toBe('Client');
  expect(referred('[Client.ClientId]')).toBe('Client');
  expect(referred('[Client]x')).toBeUndefined();
  expect(referred('1example23456789')).toBeUndefined();
  expect(referred('[{"Fn::ImportValue":"Other"}]')).toBeUndefined();
});
