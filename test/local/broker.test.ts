import { BrokerVariable, type ClientRegistrations } from '../../lib/private/contract';
import { describeBroker } from '../../local/broker';
import { type Deployment, readDeployment } from '../../local/deployment/deployment';
import { describeStack } from '../../local/describe-stack';
import { readAssembly } from '../../local/template/assembly';
import { changed, withResource, writeAssembly } from './fixtures/assembly';
import { SMALL_STACK, SMALL_TEMPLATE } from './fixtures/small-stack';

const endpoint = { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] };
const resource = 'http://localhost:4100/mcp';
const places = { logs: 'logs', auditLog: 'audit.log', keyDir: 'keys' };

const CLIENTS: ClientRegistrations = {
  preRegistered: [
    { id: 'local-dev', name: 'Local development', redirectUris: ['http://localhost:8765/callback'] },
    { id: 'web', name: 'Web', redirectUris: ['https://web.example/callback'], secretHash: 'ab' },
  ],
  metadataDocuments: { allowedHosts: ['client.example.com'] },
};

/** The small stack's one function as the broker of the server behind it. */
function deploy(clients: string = JSON.stringify(CLIENTS), registers = false): Deployment {
  const Variables = {
    [BrokerVariable.resource]: { 'Fn::Join': ['', [endpoint, '/mcp']] },
    [BrokerVariable.issuer]: endpoint,
    [BrokerVariable.clients]: clients,
    [BrokerVariable.table]: { Ref: 'Table' },
  };
  const broker = changed(SMALL_TEMPLATE, 'Server', { Environment: { Variables } });
  const route = SMALL_TEMPLATE.Resources?.Public;
  const register = {
    ...route,
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: { ...route?.Properties, RouteKey: 'POST /oauth2/register' },
  };
  const template = registers ? withResource(broker, 'Register', register) : broker;
  return readDeployment(readAssembly(writeAssembly([{ ...SMALL_STACK, template }])), 4100);
}

test('the endpoints are those of the broker, on the origin of the MCP URL', () => {
  const deployment = deploy();
  expect(describeStack(deployment, places)).toMatchObject({
    mcpUrl: resource,
    issuer: deployment.pools[0]?.issuer,
    authorizationServer: 'http://localhost:4100',
    authorizationEndpoint: 'http://localhost:4100/oauth2/authorize',
    tokenEndpoint: 'http://localhost:4100/oauth2/token',
    revocationEndpoint: 'http://localhost:4100/oauth2/revoke',
    registrationEndpoint: undefined,
    metadataHosts: ['client.example.com'],
    grantsTable: deployment.tables[0]?.TableName,
    region: 'eu-central-1',
  });
});

test('the clients are those it was told, not the app clients of the pool', () => {
  expect(describeStack(deploy(), places).clients).toEqual({
    'local-dev': { clientId: 'local-dev', redirectUris: ['http://localhost:8765/callback'], confidential: false },
    web: { clientId: 'web', redirectUris: ['https://web.example/callback'], confidential: true },
  });
  expect(Object.keys(describeStack(deploy(), places).machineClients)).toEqual(['job']);
});

test('there is a registration endpoint where there is a route to it', () => {
  expect(describeBroker(deploy(undefined, true), resource)?.registrationEndpoint).toBe(
    'http://localhost:4100/oauth2/register',
  );
});

test('fails when what the broker is told of clients is no JSON', () => {
  expect(() => describeBroker(deploy('{'), resource)).toThrow('MCP_CLIENTS of Server is no JSON');
});

test('without a broker clients talk to the managed login and are app clients', () => {
  const deployment = readDeployment(readAssembly(writeAssembly([SMALL_STACK])), 4100);
  expect(describeBroker(deployment, resource)).toBeUndefined();
  expect(describeStack(deployment, places)).toMatchObject({
    authorizationServer: deployment.pools[0]?.issuer,
    tokenEndpoint: 'http://localhost:4102/oauth2/token',
    revocationEndpoint: 'http://localhost:4102/oauth2/revoke',
    clients: { 'local-dev': { redirectUris: ['http://localhost:8765/callback'], confidential: false } },
  });
});
