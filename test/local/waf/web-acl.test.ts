import type { RuleAction, RuleSpec } from '../../../local/deployment/web-acls';
import type { InspectedRequest } from '../../../local/waf/evaluate';
import { compileStatement, type StatementProperties } from '../../../local/waf/statement';
import { WebAcl } from '../../../local/waf/web-acl';

const BLOCK: RuleAction = { kind: 'block' };
const ALLOW: RuleAction = { kind: 'allow' };
const COUNT: RuleAction = { kind: 'count' };
const NONE = [{ Priority: 0, Type: 'NONE' }];
const SETS = new Map([['set', ['192.0.2.0/24', '2001:db8::/32']]]);

const statement = (properties: StatementProperties) => compileStatement('rule R', properties, SETS);

function acl(...rules: [StatementProperties, RuleAction?][]): WebAcl {
  const specs: RuleSpec[] = rules.map(([properties, action = BLOCK], index) => ({
    name: `R${index}`,
    action,
    statement: statement(properties),
  }));
  return new WebAcl({ logicalId: 'Acl', arn: 'acl', defaultAction: ALLOW, rules: specs, bodyLimit: 16_384 });
}

function request(changes: Partial<InspectedRequest> & { headers?: Record<string, string> } = {}): InspectedRequest {
  const { headers = {}, ...others } = changes;
  return {
    sourceIp: '127.0.0.1',
    method: 'POST',
    path: '/mcp',
    query: '',
    header: (name) => headers[name],
    body: '',
    oversize: false,
    ...others,
  };
}

const blocked = (one: WebAcl, asked: InspectedRequest, now = 0) => one.decide(asked, now).action.kind === 'block';

test('rules are asked in the order of their priorities until one allows or blocks; counting ones go on', () => {
  const any = { NotStatement: { Statement: { IPSetReferenceStatement: { Arn: 'set' } } } };
  expect(acl([any, COUNT], [any, ALLOW], [any, BLOCK]).decide(request(), 0)).toEqual({ action: ALLOW, rule: 'R1' });
  expect(acl([any, COUNT]).decide(request(), 0)).toEqual({ action: ALLOW });
});

test('an IP set matches addresses within its ranges, of IPv4 and IPv6', () => {
  const one = acl([{ IPSetReferenceStatement: { Arn: 'set' } }]);
  for (const sourceIp of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1']) {
    expect(blocked(one, request({ sourceIp }))).toBe(true);
  }
  for (const sourceIp of ['192.0.3.7', '::1', '2001:db9::1']) expect(blocked(one, request({ sourceIp }))).toBe(false);
});

describe('a rate-based rule', () => {
  const perAddress = { RateBasedStatement: { AggregateKeyType: 'IP', Limit: 10, EvaluationWindowSec: 60 } };

  test('matches whoever sends more than the limit within the window, until it sends less', () => {
    const one = acl([perAddress]);
    for (let n = 0; n < 10; n++) expect(blocked(one, request(), n)).toBe(false);
    expect(blocked(one, request(), 10)).toBe(true);
    expect(blocked(one, request({ sourceIp: '127.0.0.2' }), 10)).toBe(false);
    expect(blocked(one, request(), 59_999)).toBe(true);
    expect(blocked(one, request(), 60_011)).toBe(false);
  });

  test('counts by a header, those without it not at all, and only where its scope-down statement says', () => {
    const one = acl([
      {
        RateBasedStatement: {
          AggregateKeyType: 'CUSTOM_KEYS',
          CustomKeys: [{ Header: { Name: 'Authorization', TextTransformations: NONE } }],
          Limit: 10,
          ScopeDownStatement: {
            ByteMatchStatement: {
              FieldToMatch: { UriPath: {} },
              PositionalConstraint: 'EXACTLY',
              SearchString: '/mcp',
              TextTransformations: NONE,
            },
          },
        },
      },
    ]);
    const by = (authorization: string, path = '/mcp') => request({ headers: { authorization }, path });
    for (let n = 0; n < 10; n++) {
      expect(blocked(one, by('a'))).toBe(false);
      expect(blocked(one, by('a', '/oauth2/token'))).toBe(false);
    }
    expect(blocked(one, by('b'))).toBe(false);
    expect(blocked(one, by('a', '/oauth2/token'))).toBe(false);
    expect(blocked(one, by('a'))).toBe(true);
    for (let n = 0; n < 20; n++) expect(blocked(one, request())).toBe(false);
  });
});

describe('a statement about a field', () => {
  const bytes = (field: object, text: string, place: string, transformations: object[] = NONE) => ({
    ByteMatchStatement: {
      FieldToMatch: field,
      SearchString: text,
      PositionalConstraint: place,
      TextTransformations: transformations,
    },
  });

  test.each<[string, StatementProperties, Partial<InspectedRequest> & { headers?: Record<string, string> }]>([
    [
      'the path, decoded',
      bytes({ UriPath: {} }, '/admin', 'STARTS_WITH', [{ Priority: 0, Type: 'URL_DECODE' }]),
      { path: '/%61dmin/x' },
    ],
    ['the query', bytes({ QueryString: {} }, 'x=1', 'CONTAINS'), { query: 'a=2&x=1' }],
    [
      'the method',
      bytes({ Method: {} }, 'trace', 'EXACTLY', [{ Priority: 0, Type: 'LOWERCASE' }]),
      { method: 'TRACE' },
    ],
    [
      'a header',
      bytes({ SingleHeader: { Name: 'User-Agent' } }, 'bot', 'ENDS_WITH'),
      { headers: { 'user-agent': 'a bot' } },
    ],
    [
      'a pattern',
      { RegexMatchStatement: { FieldToMatch: { UriPath: {} }, RegexString: '^/x\\d+$', TextTransformations: NONE } },
      { path: '/x12' },
    ],
    [
      'the size of a body',
      {
        SizeConstraintStatement: {
          FieldToMatch: { Body: {} },
          ComparisonOperator: 'GT',
          Size: 3,
          TextTransformations: NONE,
        },
      },
      { body: 'xxxx' },
    ],
    [
      'a body too large to look at',
      {
        SizeConstraintStatement: {
          FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
          ComparisonOperator: 'GT',
          Size: 99_999,
          TextTransformations: NONE,
        },
      },
      { oversize: true },
    ],
    [
      'both',
      {
        AndStatement: {
          Statements: [bytes({ Method: {} }, 'GET', 'EXACTLY'), bytes({ UriPath: {} }, '/y', 'EXACTLY')],
        },
      },
      { method: 'GET', path: '/y' },
    ],
    [
      'either',
      {
        OrStatement: { Statements: [bytes({ Method: {} }, 'GET', 'EXACTLY'), bytes({ UriPath: {} }, '/y', 'EXACTLY')] },
      },
      { path: '/y' },
    ],
  ])('matches %s, and nothing else', (_name, properties, changes) => {
    expect(blocked(acl([properties]), request(changes))).toBe(true);
    expect(blocked(acl([properties]), request())).toBe(false);
  });
});
