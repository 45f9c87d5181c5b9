/** Every hosting with every endpoint and every kind of authorization: clean, or refused in the words that were meant. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { FlowLogDestination, Vpc } from 'aws-cdk-lib/aws-ec2';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import { McpAuthorization, McpEndpoint, McpHosting } from 'cdk-mcp';
import { context } from '../../cdk.json';
import { assemblyProblems } from '../../scripts/assembly-problems';
import { restApi } from './endpoint/rest-support';
import { findings } from './findings';
import { anyContainer } from './hosting/fargate-support';
import { notesServer, oneClient } from './support';

const ENTRY = join(__dirname, 'hosting', 'fixtures', 'server.ts');
const ISSUER = 'https://id.example.com';
const PROVIDER = { issuer: ISSUER, jwksUri: `${ISSUER}/keys`, clients: ['desktop'] };

/** The VPC for a provider whose keys are on the internet; of a user pool's keys the VPC made here has a way to them. */
const HOSTINGS: Record<string, (vpc?: () => Vpc) => McpHosting> = {
  lambda: () => McpHosting.nodejs({ entry: ENTRY }),
  fargate: (vpc) => anyContainer({ vpc: vpc?.() }),
  fargateNodejs: (vpc) => McpHosting.fargateNodejs({ entry: ENTRY, vpc: vpc?.() }),
};

const ENDPOINTS: Record<string, (stack: Stack) => McpEndpoint> = {
  http: () => McpEndpoint.httpApi(),
  rest: (stack) => restApi(stack),
};

const AUTHORIZATIONS: Record<string, (stack: Stack) => McpAuthorization> = {
  cognito: () => McpAuthorization.cognito({ clients: [oneClient()] }),
  userPool: (stack) =>
    McpAuthorization.userPool(UserPool.fromUserPoolId(stack, 'Pool', 'eu-central-1_abc'), {
      clients: [oneClient()],
      loginUrl: 'https://acme.auth.eu-central-1.amazoncognito.com',
    }),
  oidc: () => McpAuthorization.oidc(PROVIDER),
  oauth: () => McpAuthorization.oauth(PROVIDER),
};

/** What the library itself warns of, as the documents say: of nothing else, and of nothing less. */
const WARNINGS: Record<string, string[]> = {
  lambda: ['unknownPlan'],
  fargate: ['plainHttpInsideVpc', 'unknownPlan'],
  fargateNodejs: ['plainHttpInsideVpc', 'unknownPlan'],
};

function vpcIn(stack: Stack): Vpc {
  const flowLogs = { all: { destination: FlowLogDestination.toCloudWatchLogs() } };
  return new Vpc(stack, 'Vpc', { natGateways: 1, flowLogs });
}

function add(app: App, hosting: string, endpoint: string, authorization: string): void {
  const stack = new Stack(app, `${endpoint}-${authorization}`);
  const ownKeys = !authorization.startsWith('o');
  const server = notesServer(stack, {
    hosting: HOSTINGS[hosting]!(ownKeys ? undefined : () => vpcIn(stack)),
    endpoint: ENDPOINTS[endpoint]!(stack),
    authorization: AUTHORIZATIONS[authorization]!(stack),
    initialScopes: ['notes:read', 'notes:write'],
  });
  server.addMachineClient('reporting', { scopes: ['notes:read'] });
}

const ALL = Object.keys(ENDPOINTS).flatMap((endpoint) =>
  Object.keys(AUTHORIZATIONS).map((authorization) => ({ endpoint, authorization })),
);

describe.each(Object.keys(HOSTINGS))('on %s', (hosting) => {
  afterEach(() => jest.restoreAllMocks());

  // One app for all of them: what takes time is the tools' start.
  test('O1 O7 A15 each endpoint with each authorization is clean in nag and the validator, without look-up or cycle', () => {
    jest.spyOn(console, 'error').mockImplementation();
    const app = new App({ context: { ...flags, ...context } });
    const pairs = ALL.filter(({ endpoint, authorization }) => `${endpoint} ${authorization}` !== 'http oauth');
    for (const { endpoint, authorization } of pairs) add(app, hosting, endpoint, authorization);
    expect(findings(app).sort()).toEqual(WARNINGS[hosting]?.map((id) => `Annotation::cdk-mcp:${id}`));
    expect(readdirSync(app.outdir).filter((name) => name.endsWith('.template.json'))).toHaveLength(7);
    expect(assemblyProblems(app.outdir)).toEqual([]);
  });

  test('A15 fails with an OAuth server without OpenID discovery behind an HTTP API, whose authorizer asks for it', () => {
    expect(() => add(new App(), hosting, 'http', 'oauth')).toThrow(
      /^an HTTP API finds keys by OpenID discovery alone, .*: use McpAuthorization.oidc where .*, or an endpoint whose/,
    );
  });
});
