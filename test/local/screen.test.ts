import { readDeployment } from '../../local/deployment/deployment';
import { describeStack } from '../../local/describe-stack';
import { screen } from '../../local/screen';
import { readAssembly } from '../../local/template/assembly';
import type { Template } from '../../local/template/template';
import { changed, withResource, writeAssembly } from './fixtures/assembly';
import { SERVICE_STACK } from './fixtures/small-service';
import { SMALL_STACK, SMALL_TEMPLATE } from './fixtures/small-stack';

function shown(template: Template = SMALL_TEMPLATE): string {
  const deployment = readDeployment(readAssembly(writeAssembly([{ ...SMALL_STACK, template }])), 4100);
  const places = { logs: '.local/logs', auditLog: '.local/logs/audit.log', keyDir: '.local/identity' };
  return screen(deployment, describeStack(deployment, places), '.local/stack.json').join('\n');
}

test('says what runs where and who may sign in', () => {
  const text = shown();
  expect(text).toContain('MCP server      http://localhost:4100/mcp');
  expect(text).toMatch(
    /API {12} http:\/\/localhost:4100 {2}for https:\/\/\w{10}\.execute-api\.eu-central-1\.amazonaws\.com/,
  );
  expect(text).toMatch(/ada {13} \S+ {3}in admins/);
  expect(text).toMatch(/ben {13} \S+ {3}in no group/);
});

test('says which service runs, and which containers', () => {
  const assembly = writeAssembly([SERVICE_STACK]);
  const deployment = readDeployment(readAssembly(assembly), 4100);
  const places = { logs: 'x', auditLog: 'x', keyDir: 'x' };
  const text = screen(deployment, describeStack(deployment, places), 'x').join('\n');
  expect(text).toContain('  Service         Service, 2 tasks of App and Guard\n');
});

test('says how to connect, with the client and the port its redirect URI names', () => {
  expect(shown()).toMatch(
    /claude mcp add --transport http --client-id \w{26} --callback-port 8765 local http:\/\/localhost:4100\/mcp/,
  );
  const withoutPerson = withResource(withResource(SMALL_TEMPLATE, 'Style', undefined), 'Person', undefined);
  expect(shown(withoutPerson)).toContain('claude mcp add --transport http local http://localhost:4100/mcp');
});

test('says what is not mimicked, only where there is something', () => {
  expect(shown()).not.toContain('Not mimicked');
  expect(shown(changed(SMALL_TEMPLATE, 'Pool', { MfaConfiguration: 'ON' }))).toContain(
    'Not mimicked here\n    Pool (MfaConfiguration): no second factor is asked for',
  );
});

test('without a domain nobody could get a token: a sentence', () => {
  expect(() => shown(withResource(SMALL_TEMPLATE, 'Domain', undefined))).toThrow('has no domain');
});
