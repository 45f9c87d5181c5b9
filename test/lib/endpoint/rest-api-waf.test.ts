import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { McpWaf, type StandardWafProps } from 'cdk-mcp';
import { ROOT } from '../../support/stack';
import { notesServer, onlyResource, resourcesOf, stackIn, text } from '../support';
import { restApi } from './rest-support';

function withWaf(waf?: McpWaf, path?: string): Template {
  const stack = stackIn();
  notesServer(stack, { endpoint: restApi(stack, { waf, path }) });
  return Template.fromStack(stack);
}

const standard = (props: StandardWafProps = {}) => withWaf(McpWaf.standard(props));

// biome-ignore lint/suspicious/noExplicitAny: a template is JSON whose shape each test knows
function rulesOf(template: Template): any[] {
  return onlyResource(template, 'AWS::WAFv2::WebACL').Properties.Rules;
}

describe('the standard web ACL', () => {
  const template = withWaf();
  const acl = onlyResource(template, 'AWS::WAFv2::WebACL').Properties;

  test('T6 stands in front of the stage unless something else is said', () => {
    expect(acl).toMatchObject({ Scope: 'REGIONAL', DefaultAction: { Allow: {} } });
    const { ResourceArn, WebACLArn } = onlyResource(template, 'AWS::WAFv2::WebACLAssociation').Properties;
    expect(text(ResourceArn)).toMatch(/::\/restapis\/\[.*\]\/stages\/\[.*\]$/);
    expect(text(WebACLArn)).toMatch(/\[.*WebAcl.*\.Arn\]/);
  });

  test('T6 turns away addresses of ill repute and inputs known to be attacks, in this order before the limits', () => {
    expect(rulesOf(template).map(({ Name, Priority }) => [Priority, Name])).toEqual([
      [0, 'AmazonIpReputationList'],
      [1, 'KnownBadInputsRuleSet'],
      [2, 'PerAddress'],
      [3, 'PerAuthorization'],
    ]);
    for (const { OverrideAction } of rulesOf(template).slice(0, 2)) expect(OverrideAction).toEqual({ None: {} });
  });

  test('T6 costs what the pages say: 5 USD a month, and 1 for each rule', () => {
    for (const page of ['cost', 'endpoints']) {
      const lines = readFileSync(join(ROOT, `docs/${page}.md`), 'utf8').split('\n');
      const idle = lines.filter((line) => /web ACL.*rules/.test(line) && line.startsWith('|'));
      expect(idle).toHaveLength(1);
      expect(idle[0]).toContain((5 + rulesOf(template).length).toFixed(2));
    }
  });

  test('T6 counts what it finds in bodies, up to 64 KB, and blocks none for it', () => {
    const [, inputs] = rulesOf(template);
    // All the rules of that group that read bodies; those that read headers, paths and queries block.
    expect(inputs.Statement.ManagedRuleGroupStatement.RuleActionOverrides).toEqual(
      ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY', 'ReactJSRCE_BODY'].map((Name) => ({
        Name,
        ActionToUse: { Count: {} },
      })),
    );
    expect(acl.AssociationConfig.RequestBody).toEqual({ API_GATEWAY: { DefaultSizeInspectionLimit: 'KB_64' } });
    expect(JSON.stringify(acl.Rules)).not.toContain('SizeRestrictions');
  });

  test('T5 limits each address, and each Authorization header on the MCP path alone', () => {
    const [, , address, authorization] = rulesOf(template);
    expect(address).toMatchObject({
      Statement: { RateBasedStatement: { Limit: 10_000, EvaluationWindowSec: 300, AggregateKeyType: 'IP' } },
    });
    expect(authorization).toMatchObject({
      Statement: {
        RateBasedStatement: {
          Limit: 3_000,
          AggregateKeyType: 'CUSTOM_KEYS',
          CustomKeys: [{ Header: { Name: 'authorization' } }],
          ScopeDownStatement: { ByteMatchStatement: { SearchString: '/mcp', PositionalConstraint: 'EXACTLY' } },
        },
      },
    });
  });

  test('T5 says of both limits when to come again, in words of JSON-RPC', () => {
    const [, , ...limits] = rulesOf(template);
    const CustomResponse = {
      ResponseCode: 429,
      CustomResponseBodyKey: 'TooManyRequests',
      ResponseHeaders: [{ Name: 'Retry-After', Value: '60' }],
    };
    expect(limits.map(({ Action }) => Action)).toEqual([{ Block: { CustomResponse } }, { Block: { CustomResponse } }]);
    const { Content, ContentType } = acl.CustomResponseBodies.TooManyRequests;
    expect(ContentType).toBe('APPLICATION_JSON');
    expect(JSON.parse(Content)).toEqual({
      jsonrpc: '2.0',
      error: { code: -32000, message: 'Too many requests' },
      id: null,
    });
  });

  test('A18 pages may read that where origins are named, without credentials', () => {
    const stack = stackIn();
    notesServer(stack, { endpoint: restApi(stack, { allowedOrigins: ['https://app.example'] }) });
    for (const { Action } of rulesOf(Template.fromStack(stack)).slice(2)) {
      expect(Action.Block.CustomResponse.ResponseHeaders.slice(1)).toEqual([
        { Name: 'Access-Control-Allow-Origin', Value: '*' },
        { Name: 'Access-Control-Expose-Headers', Value: 'Retry-After' },
      ]);
    }
  });

  test('T5 follows the MCP path', () => {
    const [, , , authorization] = rulesOf(withWaf(McpWaf.standard(), '/tools/v1'));
    const { ScopeDownStatement } = authorization.Statement.RateBasedStatement;
    expect(ScopeDownStatement.ByteMatchStatement.SearchString).toBe('/tools/v1');
  });

  test('T9 no credential is logged, not even by the rule that counts by it, and none is sampled', () => {
    expect(acl.DataProtectionConfig.DataProtections).toContainEqual({
      Action: 'HASH',
      Field: { FieldType: 'SINGLE_HEADER', FieldKeys: ['authorization', 'cookie'] },
    });
    expect(JSON.stringify(acl.DataProtectionConfig)).not.toContain('Exclude');
    for (const { VisibilityConfig } of [acl, ...acl.Rules]) {
      expect(VisibilityConfig).toMatchObject({ CloudWatchMetricsEnabled: true, SampledRequestsEnabled: false });
    }
    expect(onlyResource(template, 'AWS::WAFv2::LoggingConfiguration').Properties.RedactedFields).toEqual([
      { SingleHeader: { Name: 'authorization' } },
      { SingleHeader: { Name: 'cookie' } },
      { QueryString: {} },
    ]);
  });

  test('O6 logs what it blocks or counts, to a log group that is kept as the others are', () => {
    const { LogDestinationConfigs, LoggingFilter } = onlyResource(
      template,
      'AWS::WAFv2::LoggingConfiguration',
    ).Properties;
    expect(LoggingFilter).toMatchObject({ DefaultBehavior: 'DROP', Filters: [{ Behavior: 'KEEP' }] });
    const found = resourcesOf(template, 'AWS::Logs::LogGroup').filter(([, { Properties }]) =>
      text(Properties.LogGroupName ?? '').startsWith('aws-waf-logs-'),
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.[1].Properties.RetentionInDays).toBe(365);
    expect(text(LogDestinationConfigs[0])).toBe(
      `arn:[AWS::Partition]:logs:[AWS::Region]:[AWS::AccountId]:log-group:[${found[0]?.[0]}]`,
    );
  });
});

describe('settings', () => {
  test('T5 T6 change limits, and turn away ranges of both families and countries before anything else', () => {
    const template = standard({
      requestsPerAddress: 500,
      requestsPerAuthorization: 50,
      blockedAddresses: ['203.0.113.0/24', '2001:db8::/32', '198.51.100.7/32'],
      blockedCountries: ['AQ'],
    });
    const rules = rulesOf(template);
    expect(rules.map(({ Name }) => Name).slice(0, 3)).toEqual([
      'BlockedAddresses0',
      'BlockedAddresses1',
      'BlockedCountries',
    ]);
    for (const { Action } of rules.slice(0, 3)) expect(Action).toEqual({ Block: {} });
    expect(rules.slice(-2).map(({ Statement }) => Statement.RateBasedStatement.Limit)).toEqual([500, 50]);
    const sets = resourcesOf(template, 'AWS::WAFv2::IPSet').map(([, { Properties }]) => [
      Properties.IPAddressVersion,
      Properties.Addresses,
    ]);
    expect(sets).toEqual([
      ['IPV4', ['203.0.113.0/24', '198.51.100.7/32']],
      ['IPV6', ['2001:db8::/32']],
    ]);
  });

  test.each<[StandardWafProps, RegExp]>([
    [{ requestsPerAddress: 9 }, /`requestsPerAddress` is 9: write a whole number .* from 10/],
    [{ requestsPerAuthorization: 10.5 }, /`requestsPerAuthorization` is 10.5/],
    [{ blockedAddresses: ['203.0.113.7'] }, /'203.0.113.7' in `blockedAddresses` is no address range/],
    [{ blockedAddresses: ['203.0.113.0/33'] }, /is no address range/],
    [{ blockedAddresses: ['0.0.0.0/0'] }, /is no address range/],
    [{ blockedAddresses: ['example.com/8'] }, /is no address range/],
    [{ blockedCountries: ['de'] }, /'de' in `blockedCountries` is no country/],
  ])('fails with %j', (props, message) => {
    expect(() => standard(props)).toThrow(message);
  });
});

test('T6 a web ACL of one’s own takes its place', () => {
  const arn = 'arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/own/11111111-2222-3333-4444-555555555555';
  const template = withWaf(McpWaf.webAcl(arn));
  template.resourceCountIs('AWS::WAFv2::WebACL', 0);
  expect(onlyResource(template, 'AWS::WAFv2::WebACLAssociation').Properties.WebACLArn).toBe(arn);
});

describe('the ARN of a web ACL of one’s own', () => {
  const inFront = (arn: string, region?: string) => () => {
    const stack = new Stack(new App(), 'Test', { env: { region } });
    notesServer(stack, { endpoint: restApi(stack, { waf: McpWaf.webAcl(arn) }) });
  };
  const own = (region: string, scope = 'regional') =>
    `arn:aws:wafv2:${region}:111122223333:${scope}/webacl/own/11111111-2222-3333-4444-555555555555`;

  test('T6 may be known only at deploy time, and of any region where the stack’s is open', () => {
    expect(inFront(Fn.importValue('webAcl'), 'eu-central-1')).not.toThrow();
    expect(inFront(own('us-west-2'))).not.toThrow();
    expect(inFront(own('eu-central-1'), 'eu-central-1')).not.toThrow();
  });

  test.each([
    ['', /^'' is no ARN of a regional web ACL: write one as in 'arn:aws:wafv2:/],
    ['nope', /^'nope' is no ARN of a regional web ACL/],
    ['11111111-2222-3333-4444-555555555555', /is no ARN of a regional web ACL/],
    ['arn:aws:waf-regional:eu-central-1:111122223333:webacl/1', /is no ARN of a regional web ACL/],
    [own('us-east-1', 'global'), /is no ARN of a regional web ACL: .* one of CloudFront's \(global\) takes no API/],
    [own('us-west-2'), /^web ACL .* is in us-west-2: use one of the stack's region, eu-central-1/],
  ])('T6 fails as %p', (arn, message) => {
    expect(inFront(arn, 'eu-central-1')).toThrow(message);
  });
});

test('T6 none is a choice by name, and adds a warning', () => {
  const stack = stackIn();
  notesServer(stack, { endpoint: restApi(stack, { waf: McpWaf.without() }) });
  Template.fromStack(stack).resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('no AWS WAF stands in front'));
});
