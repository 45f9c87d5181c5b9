/** What a reviewer's tools say about every way to put a REST API in front. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack, Validations } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import flags from 'aws-cdk-lib/recommended-feature-flags.json';
import { ClientRegistration, McpAuthorization, McpWaf } from 'cdk-mcp';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { context } from '../../../cdk.json';
import { NotesStack } from '../../../examples/notes/stack';
import { notesServer } from '../support';
import { restApi } from './rest-support';

const ISSUER = 'https://id.example.com';
const PROVIDER = { issuer: ISSUER, jwksUri: `${ISSUER}/keys`, clients: ['desktop'] };

const BUILDS: [string, (stack: Stack) => unknown][] = [
  ['the smallest server', (stack) => notesServer(stack, { endpoint: restApi(stack) })],
  [
    'named origins, blocked addresses and a key of one’s own',
    (stack) =>
      notesServer(stack, {
        encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
        endpoint: restApi(stack, {
          allowedOrigins: ['https://a.example'],
          waf: McpWaf.standard({ blockedAddresses: ['203.0.113.0/24'], blockedCountries: ['AQ'] }),
        }),
      }),
  ],
  [
    'a provider without discovery, and no logging role',
    (stack) =>
      notesServer(stack, {
        endpoint: restApi(stack, { cloudWatchRole: false }),
        authorization: McpAuthorization.oauth(PROVIDER),
      }),
  ],
  [
    'dynamic registration',
    (stack) =>
      notesServer(stack, {
        endpoint: restApi(stack),
        authorization: McpAuthorization.cognito({ clients: [ClientRegistration.dynamic()] }),
      }),
  ],
];

interface Report {
  readonly pluginReports: readonly { readonly violations: readonly { readonly ruleName: string }[] }[];
}

/** Names of all findings, warnings included. */
function findings(app: App): string[] {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  const report = join(app.outdir, 'validation-report.json');
  try {
    app.synth();
  } catch (error) {
    if (!existsSync(report)) throw error;
  }
  const { pluginReports }: Report = JSON.parse(readFileSync(report, 'utf8'));
  return pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
}

test.each(BUILDS)('O7 nag and the CloudFormation validator find nothing in %s', (_name, build) => {
  const app = new App({ context });
  build(new Stack(app, 'Test'));
  expect(findings(app)).toEqual([]);
});

test('O7 nothing either in the example, and with every recommended feature flag', () => {
  const app = new App({ context: { ...flags, ...context, endpoint: 'rest' } });
  new NotesStack(app, 'NotesStack');
  expect(findings(app)).toEqual([]);
});

test('O7 without a web ACL the reviewer is told', () => {
  const app = new App({ context });
  const stack = new Stack(app, 'Test');
  notesServer(stack, { endpoint: restApi(stack, { waf: McpWaf.without() }) });
  expect(findings(app)).toContainEqual(expect.stringContaining('AwsSolutions-APIG3'));
});
