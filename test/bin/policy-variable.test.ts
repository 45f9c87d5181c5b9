import { gzipSync } from 'node:zlib';
import { policyIn } from '../../bin/cli/policy-variable';
import { POLICY } from './support';

const json = JSON.stringify(POLICY);
const noFile = (name: string): string => {
  throw new Error(`${name} was read`);
};

test('reads a policy as JSON, compressed, and from the bundle', () => {
  expect(policyIn(json, 'x', noFile)).toEqual(POLICY);
  expect(policyIn(`gzip:${gzipSync(json).toString('base64')}`, 'x', noFile)).toEqual(POLICY);
  expect(policyIn('file:policy.json', 'x', (name) => (name === 'policy.json' ? json : ''))).toEqual(POLICY);
});

test.each([
  ['no JSON', '{'],
  ['damaged compression', 'gzip:AAAA'],
  ['another version', '{"version":2,"scopes":[],"rules":[]}'],
  ['no rules', '{"version":1,"scopes":[]}'],
  ['null', 'null'],
  ['a value only the deployment knows', { Ref: 'Parameter' }],
])('fails on %s and names the function', (_, value) => {
  expect(() => policyIn(value, 'Stack/Server', noFile)).toThrow(/^MCP_POLICY of Stack\/Server is no policy document/);
});
