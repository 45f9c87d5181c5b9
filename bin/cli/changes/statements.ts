import { type Resource, textOf } from '../template';
import type { Namer } from './names';
import { nameOf } from './names';

/** A statement of a policy, with names in place of references. */
export interface Statement {
  readonly who: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: string;
}

interface Raw {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** Where policies stand in the resources that have one. */
const DOCUMENTS = [
  'PolicyDocument',
  'KeyPolicy',
  'AssumeRolePolicyDocument',
  'ResourcePolicy',
  'Policy',
  'RepositoryPolicyText',
  'FileSystemPolicy',
];

/** Every statement of a resource's policies: whom it speaks of, and what it lets them do. */
export function statementsIn(logicalId: string, resource: Resource, named: Namer): Statement[] {
  const { Properties = {} } = resource;
  const own = nameOf(logicalId, resource);
  const holders = [Properties.Roles, Properties.Users, Properties.Groups].flat().filter((one) => one !== undefined);
  const holder = resource.Type === 'AWS::IAM::Role' ? own : holders.map(named).join(' and ') || own;
  const inline = [Properties.Policies ?? []].flat() as { PolicyDocument?: unknown }[];
  const documents = [
    ...DOCUMENTS.map((name) => Properties[name]),
    ...inline.map((policy) => policy?.PolicyDocument),
    ...kmsOfReplicas(Properties),
  ];
  return documents.flatMap((document) => rawStatements(document).map((raw) => readStatement(raw, holder, own, named)));
}

/** Global tables carry one policy for each replica. */
function kmsOfReplicas({ Replicas }: Readonly<Record<string, unknown>>): unknown[] {
  const replicas = (Array.isArray(Replicas) ? Replicas : []) as { ResourcePolicy?: { PolicyDocument?: unknown } }[];
  return replicas.map((replica) => replica?.ResourcePolicy?.PolicyDocument);
}

function rawStatements(document: unknown): Raw[] {
  if (typeof document !== 'object' || document === null) return [];
  return [(document as { Statement?: Raw | Raw[] }).Statement ?? []].flat();
}

function readStatement(raw: Raw, holder: string, own: string, named: Namer): Statement {
  // A condition of the template, for example: shown as it is, so that no change of it stays unseen.
  if (raw?.Effect === undefined)
    return { who: holder, effect: 'Allow', actions: [JSON.stringify(raw)], resources: [own] };
  const about = raw.Principal ?? raw.NotPrincipal;
  return {
    who:
      about === undefined ? holder : `${raw.Principal === undefined ? 'everybody but ' : ''}${principal(about, named)}`,
    effect: raw.Effect,
    actions:
      raw.Action === undefined ? [`everything but ${words(raw.NotAction, named)}`] : listOf(raw.Action).map(named),
    resources: resourcesOf(raw, about === undefined ? holder : own, named),
    ...(raw.Condition === undefined ? {} : { condition: named(JSON.stringify(raw.Condition, inWords)) }),
  };
}

/** References inside of a condition, as text. */
function inWords(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && /^(Ref|Fn::\w+)$/.test(name) ? textOf(value) : value;
}

/** A policy on a resource that says `*` means that resource; one that says nothing, a role's trust, means the role. */
function resourcesOf(raw: Raw, own: string, named: Namer): string[] {
  if (raw.Resource === undefined && raw.NotResource === undefined) return [own];
  if (raw.Resource === undefined) return [`everything but ${words(raw.NotResource, named)}`];
  const trusts = raw.Principal !== undefined || raw.NotPrincipal !== undefined;
  return listOf(raw.Resource).map((resource) =>
    resource === '*' ? (trusts ? own : 'everything (*)') : named(resource),
  );
}

function principal(value: unknown, named: Namer): string {
  if (value === '*') return 'everybody';
  if (typeof value !== 'object' || value === null) return named(value);
  return Object.values(value)
    .flatMap(listOf)
    .map((one) => (one === '*' ? 'everybody' : named(one)))
    .join(' and ');
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function words(value: unknown, named: Namer): string {
  return listOf(value).map(named).join(', ');
}
