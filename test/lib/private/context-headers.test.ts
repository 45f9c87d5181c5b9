import { Aws } from 'aws-cdk-lib';
import type { ContextHeader } from '../../../lib/context-header';
import { compilePolicy, type PolicyInput, policyProblems } from '../../../lib/private/policy';
import { onlyResource, templateOf } from '../support';

const base: PolicyInput = { scopes: { use: 'Use it' }, access: [{ tools: ['*'], scopes: ['use'] }] };
const problems = (contextHeaders: ContextHeader[]) => policyProblems({ ...base, contextHeaders });

test('A17 a context header becomes a rule of the policy: lower case, and required where nothing is said', () => {
  const contextHeaders = [
    { header: 'X-Tenant', claim: 'custom:tenant' },
    { header: 'x-project', claim: 'https://example.com/claims/projects', required: false },
  ];
  expect(problems(contextHeaders)).toEqual([]);
  expect(compilePolicy({ ...base, contextHeaders }).contextHeaders).toEqual([
    { header: 'x-tenant', claim: 'custom:tenant', required: true },
    { header: 'x-project', claim: 'https://example.com/claims/projects', required: false },
  ]);
});

const OWN = ['Authorization', 'cookie', 'Host', 'origin', 'Content-Type', 'content-foo', 'Mcp-Name', 'mcp-anything'];
const OTHERS = [
  'accept',
  'Accept-Language',
  'x-forwarded-for',
  'X-Amzn-Trace-Id',
  'sec-fetch-site',
  'proxy-authorization',
];
const MORE = [
  'traceparent',
  'last-event-id',
  'forwarded',
  'transfer-encoding',
  'www-authenticate',
  'user-agent',
  'dpop',
];

test.each([...OWN, ...OTHERS, ...MORE])('A17 fails for the header %s, which has a meaning of its own', (header) => {
  expect(problems([{ header, claim: 'tenant' }])).toEqual([
    expect.stringMatching(/has a meaning of its own: use a name of/),
  ]);
});

test.each(['', 'x tenant', 'x_tenant', 'x-tenant:', '-x', 'größe', `x-${'a'.repeat(70)}`])(
  "A17 fails for '%s', which is no header name",
  (header) => {
    expect(problems([{ header, claim: 'tenant' }])).toEqual([expect.stringMatching(/is no header name: use letters/)]);
  },
);

test.each<[string, ContextHeader[], RegExp]>([
  [
    'one header twice, in other letters',
    [
      { header: 'x-tenant', claim: 'a' },
      { header: 'X-Tenant', claim: 'b' },
    ],
    /header 'X-Tenant' stands twice/,
  ],
  ['no claim', [{ header: 'x-tenant', claim: '' }], /claim '' of contextHeaders\[0\] is no claim's name/],
  ['a claim with a space', [{ header: 'x-tenant', claim: 'a b' }], /is no claim's name: write it as the token has it/],
  [
    'a claim that addresses nothing',
    [{ header: 'x-tenant', claim: 'scope' }],
    /says nothing of what a caller may address/,
  ],
  [
    'a name known only at deploy time',
    [{ header: `x-${Aws.REGION}`, claim: 'tenant' }],
    /`contextHeaders` or `downstream` is known only at deploy time/,
  ],
  [
    'nine headers',
    Array.from({ length: 9 }, (_, index) => ({ header: `x-${index}`, claim: 'tenant' })),
    /^9 context headers are more/,
  ],
])('A17 fails for %s', (_name, contextHeaders, message) => {
  expect(problems(contextHeaders)).toEqual([expect.stringMatching(message)]);
});

test('A17 A18 pages of named origins may send the headers', async () => {
  const { McpEndpoint } = await import('cdk-mcp');
  const template = templateOf({
    endpoint: McpEndpoint.httpApi({ allowedOrigins: ['https://app.example.com'] }),
    contextHeaders: [{ header: 'X-Tenant', claim: 'custom:tenant' }],
  });
  const cors = onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties.CorsConfiguration;
  expect(cors.AllowHeaders).toEqual(expect.arrayContaining(['authorization', 'x-tenant']));
});
