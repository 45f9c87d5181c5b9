/** Who may do what to whom, before and after, as sentences for whoever approves the difference. */
import type { Resource, Template } from '../template';
import { textOf } from '../template';
import { type Namer, nameOf, namer } from './names';
import { networkFacts } from './network';
import { type Statement, statementsIn } from './statements';

/** One thing that is allowed or denied; sentences are made of what only one side has. */
export interface Fact {
  /** What comes and goes, an action for example. */
  readonly item: string;
  /** Around the items of facts that differ in nothing else. */
  readonly sentence: (items: string, gained: boolean) => string;
}

export function permissionChanges(before: Template, after: Template): string[] {
  const named = namer([after, before]);
  const [old, now] = [factsOf(before, named), factsOf(after, named)];
  return [...told(missingIn(old, now), true), ...told(missingIn(now, old), false)];
}

/** Of the second, what the first has not. */
function missingIn(have: readonly Fact[], wanted: readonly Fact[]): Fact[] {
  const known = new Set(have.map(keyOf));
  return wanted.filter((fact) => !known.has(keyOf(fact)));
}

function keyOf({ item, sentence }: Fact): string {
  return sentence(item, true);
}

function told(facts: readonly Fact[], gained: boolean): string[] {
  const groups = new Map<string, Fact[]>();
  for (const fact of facts) {
    const frame = fact.sentence('', gained);
    groups.set(frame, [...(groups.get(frame) ?? []), fact]);
  }
  return [...groups.values()].map((group) => {
    const items = [...new Set(group.map(({ item }) => item))];
    return group[0]!.sentence(items.join(', '), gained);
  });
}

function factsOf(template: Template, named: Namer): Fact[] {
  const resources = Object.entries(template.Resources ?? {});
  // In the order of what an approver looks for first.
  return [
    ...resources.flatMap(([logicalId, resource]) => networkFacts(logicalId, resource, named)),
    ...resources.flatMap(([logicalId, resource]) => managedPolicies(logicalId, resource)),
    ...resources.flatMap(([logicalId, resource]) => statementsIn(logicalId, resource, named).flatMap(statementFacts)),
    ...resources.flatMap(([, resource]) => invocations(resource, named)),
  ];
}

function statementFacts({ who, effect, actions, resources, condition }: Statement): Fact[] {
  const where = condition === undefined ? '' : `, if ${condition}`;
  const verb = (gained: boolean) =>
    effect === 'Allow' ? (gained ? 'may now' : 'may no longer') : gained ? 'is now denied' : 'is no longer denied';
  return resources.flatMap((resource) =>
    actions.map((item) => ({
      item,
      sentence: (items: string, gained: boolean) => `${who} ${verb(gained)} ${items} on ${resource}${where}`,
    })),
  );
}

function managedPolicies(logicalId: string, { Type, Properties = {}, ...rest }: Resource): Fact[] {
  if (Type !== 'AWS::IAM::Role' && Type !== 'AWS::IAM::User' && Type !== 'AWS::IAM::Group') return [];
  const who = nameOf(logicalId, { Type, Properties, ...rest });
  return [Properties.ManagedPolicyArns ?? []].flat().map((policy) => ({
    item: textOf(policy),
    sentence: (items, gained) => `${who} ${gained ? 'now has' : 'no longer has'} the managed policy ${items}`,
  }));
}

/** What else a permission asks of a caller. */
const NARROWING = ['SourceAccount', 'PrincipalOrgID', 'FunctionUrlAuthType', 'EventSourceToken'];

function invocations({ Type, Properties = {} }: Resource, named: Namer): Fact[] {
  if (Type !== 'AWS::Lambda::Permission') return [];
  const { Principal, Action, FunctionName, SourceArn } = Properties;
  const narrowed = NARROWING.filter((name) => Properties[name] !== undefined).map(
    (name) => `, if ${name} is ${named(Properties[name])}`,
  );
  return [
    {
      item: SourceArn === undefined ? 'whatever asks it to' : named(SourceArn),
      sentence: (items, gained) =>
        [
          `${named(Principal)} ${gained ? 'may now' : 'may no longer'} ${named(Action)} on ${named(FunctionName)}`,
          ` for ${items}`,
          ...narrowed,
        ].join(''),
    },
  ];
}
