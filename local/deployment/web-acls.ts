import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import { compileStatement, type Statement, type StatementProperties } from '../waf/statement';
import { type Resource, resourcesOf } from './reader';

/** The web ACL in front of a stage, its rules in the order of their priorities. */
export interface WebAclSpec {
  readonly logicalId: string;
  readonly arn: string;
  readonly defaultAction: RuleAction;
  readonly rules: readonly RuleSpec[];
  /** Bytes of a body that are looked at. */
  readonly bodyLimit: number;
}

export interface RuleSpec {
  readonly name: string;
  readonly action: RuleAction;
  readonly statement: Statement;
}

export type RuleAction =
  | { readonly kind: 'allow' }
  | { readonly kind: 'count' }
  | { readonly kind: 'block'; readonly response?: CustomResponse };

export interface CustomResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly contentType?: string;
  readonly body: string;
}

interface RuleProperties {
  readonly Name: string;
  readonly Priority: number | string;
  readonly Action?: ActionProperties;
  readonly Statement: StatementProperties;
}

interface ActionProperties {
  readonly Allow?: object;
  readonly Count?: object;
  readonly Block?: {
    readonly CustomResponse?: {
      readonly ResponseCode: number | string;
      readonly CustomResponseBodyKey?: string;
      readonly ResponseHeaders?: readonly { readonly Name: string; readonly Value: string }[];
    };
  };
}

type Bodies = Readonly<Record<string, { readonly Content: string; readonly ContentType: string }>>;

/** Rules of these kinds match nothing here, which the screen says. */
const NOT_FOLLOWED = ['ManagedRuleGroupStatement', 'GeoMatchStatement'];

const BODY_LIMITS: Readonly<Record<string, number>> = { KB_16: 16, KB_32: 32, KB_48: 48, KB_64: 64 };
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  APPLICATION_JSON: 'application/json',
  TEXT_HTML: 'text/html',
  TEXT_PLAIN: 'text/plain',
};

/** Rules that cannot be followed here, as they are said on the screen. */
export function webAclNotes(stacks: readonly Stack[]): string[] {
  const foreign = resourcesOf(stacks, 'AWS::WAFv2::WebACLAssociation').filter((one) => !ownAcl(stacks, [], one));
  const acls = resourcesOf(stacks, 'AWS::WAFv2::WebACL');
  const naming = (kind: string) =>
    acls.flatMap((acl) => {
      const rules = rulesOf(acl.property('Rules')).filter(({ Statement }) => kind in Statement);
      return rules.length > 0 ? [`${acl.logicalId} (${rules.map(({ Name }) => Name).join(', ')})`] : [];
    });
  return [
    ...foreign.map((one) => `${one.logicalId}: the web ACL is no part of the app, its rules are not known here`),
    ...naming('ManagedRuleGroupStatement').map((rules) => `${rules}: rules that AWS keeps are not known here`),
    ...naming('GeoMatchStatement').map((rules) => `${rules}: nobody here knows the country of an address`),
  ];
}

/** The web ACL associated with a stage of a REST API, if there is one. */
export function readWebAclFor(
  stacks: readonly Stack[],
  origins: readonly OriginRow[],
  stageArn: string,
): WebAclSpec | undefined {
  const association = resourcesOf(stacks, 'AWS::WAFv2::WebACLAssociation').find(
    (one) => one.required('ResourceArn') === stageArn,
  );
  if (!association) return undefined;
  const acl = ownAcl(stacks, origins, association);
  if (!acl) return undefined;
  acl.oneOf('Scope', ['REGIONAL']);
  const addresses = new Map(
    resourcesOf(stacks, 'AWS::WAFv2::IPSet').map((set) => [
      set.attribute('Arn'),
      set.property<string[]>('Addresses') ?? [],
    ]),
  );
  const bodies = acl.property<Bodies>('CustomResponseBodies') ?? {};
  const limit = acl.property<{ RequestBody?: { API_GATEWAY?: { DefaultSizeInspectionLimit?: string } } }>(
    'AssociationConfig',
  );
  const place = (rule: RuleProperties) => `rule ${rule.Name} of ${acl.logicalId}`;
  return {
    logicalId: acl.logicalId,
    arn: acl.attribute('Arn'),
    defaultAction: readAction(`DefaultAction of ${acl.logicalId}`, acl.required('DefaultAction'), bodies),
    rules: rulesOf(acl.property('Rules'))
      .filter(({ Statement }) => !NOT_FOLLOWED.some((kind) => kind in Statement))
      .sort((one, other) => Number(one.Priority) - Number(other.Priority))
      .map((rule) => ({
        name: rule.Name,
        action: readAction(place(rule), rule.Action, bodies),
        statement: compileStatement(place(rule), rule.Statement, addresses),
      })),
    bodyLimit: (BODY_LIMITS[limit?.RequestBody?.API_GATEWAY?.DefaultSizeInspectionLimit ?? 'KB_16'] ?? 16) * 1024,
  };
}

function rulesOf(rules: unknown): RuleProperties[] {
  return [...((rules as readonly RuleProperties[] | undefined) ?? [])];
}

/** The web ACL of an association, where it is one of the app's. */
function ownAcl(stacks: readonly Stack[], origins: readonly OriginRow[], association: Resource): Resource | undefined {
  const arn = association.required<string>('WebACLArn');
  return resourcesOf(stacks, 'AWS::WAFv2::WebACL', origins).find((one) => one.attribute('Arn') === arn);
}

function readAction(place: string, action: ActionProperties | undefined, bodies: Bodies): RuleAction {
  if (action?.Allow) return { kind: 'allow' };
  if (action?.Count) return { kind: 'count' };
  if (!action?.Block) throw new LocalFailure(`${place} neither allows nor blocks nor counts: nothing else runs here`);
  const custom = action.Block.CustomResponse;
  if (!custom) return { kind: 'block' };
  const body = bodies[custom.CustomResponseBodyKey ?? ''];
  return {
    kind: 'block',
    response: {
      status: Number(custom.ResponseCode),
      headers: Object.fromEntries((custom.ResponseHeaders ?? []).map(({ Name, Value }) => [Name, Value])),
      contentType: CONTENT_TYPES[body?.ContentType ?? ''],
      body: body?.Content ?? '',
    },
  };
}
