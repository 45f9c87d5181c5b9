import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { configFrom } from '../../../lambda/guard/config';
import { CONTRACT_VERSION, GuardVariable } from '../../../lib/private/contract';
import { CONFIG, ISSUER, RESOURCE } from '../../support/guard';

const policy = JSON.stringify(CONFIG.policy);
const environment = {
  [GuardVariable.contract]: CONTRACT_VERSION,
  [GuardVariable.server]: 'notes',
  [GuardVariable.resource]: RESOURCE,
  [GuardVariable.resourceMetadata]: CONFIG.resourceMetadata,
  [GuardVariable.tokenIssuer]: ISSUER,
  [GuardVariable.jwksUri]: CONFIG.jwksUri,
  [GuardVariable.scopePrefix]: CONFIG.scopePrefix,
  [GuardVariable.userClients]: 'user-client',
  [GuardVariable.machineClients]: 'machine-client',
  [GuardVariable.allowedOrigins]: 'https://app.example.com',
  [GuardVariable.policy]: policy,
  [GuardVariable.grants]: 'none',
  [GuardVariable.state]: 'none',
};

test('reads what the constructs write', () => {
  expect(configFrom(environment)).toEqual(CONFIG);
});

test('reads a policy that was compressed, and one that lies beside the bundle', () => {
  const root = mkdtempSync(join(tmpdir(), 'policy-'));
  writeFileSync(join(root, 'policy.json'), policy);
  const compressed = `gzip:${gzipSync(policy).toString('base64')}`;
  expect(configFrom({ ...environment, [GuardVariable.policy]: compressed }).policy).toEqual(CONFIG.policy);
  expect(
    configFrom({ ...environment, LAMBDA_TASK_ROOT: root, [GuardVariable.policy]: 'file:policy.json' }).policy,
  ).toEqual(CONFIG.policy);
});

test.each([
  GuardVariable.contract,
  GuardVariable.server,
  GuardVariable.resource,
  GuardVariable.resourceMetadata,
  GuardVariable.tokenIssuer,
  GuardVariable.jwksUri,
  GuardVariable.policy,
  GuardVariable.grants,
  GuardVariable.state,
])('fails at cold start without %s, by name', (name) => {
  expect(() => configFrom({ ...environment, [name]: undefined })).toThrow(name);
});

test('fails when constructs and runtime do not know one contract', () => {
  expect(() => configFrom({ ...environment, [GuardVariable.contract]: '0' })).toThrow(/one version of cdk-mcp/);
});

test.each(['http://mcp.example.com/mcp', 'http://localhost.example.com/mcp', 'ftp://x/mcp', 'mcp'])(
  'O4 fails when the resource is %s',
  (resource) => expect(() => configFrom({ ...environment, [GuardVariable.resource]: resource })).toThrow(/https/),
);

test.each(['http://localhost:3000/mcp', 'http://127.0.0.1:3000/mcp', 'http://[::1]:3000/mcp'])(
  'takes http on loopback: %s',
  (resource) => {
    expect(configFrom({ ...environment, [GuardVariable.resource]: resource }).resource).toBe(resource);
  },
);

test('A11 reads where grants are kept', () => {
  expect(configFrom({ ...environment, [GuardVariable.grants]: 'table' }).grants).toBe('table');
});

test.each(['{', '{"version":2,"scopes":[],"rules":[]}', '{"version":1}', 'null'])(
  'fails when the policy is %s',
  (broken) => {
    expect(() => configFrom({ ...environment, [GuardVariable.policy]: broken })).toThrow(GuardVariable.policy);
  },
);
