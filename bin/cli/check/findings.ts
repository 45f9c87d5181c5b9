import { credentialAsked } from '../../../lambda/guard/credentials/schema';
import { isRecord } from '../../../lambda/guard/message';
import type { Inventory } from '../../../lambda/serve/inventory';
import { overlap } from '../../../lib/private/patterns';
import type { Grant } from '../access';
import { schemaFindings } from './schemas';

/** One thing that a reviewer would ask about; also the shape of `--json`. */
export interface Finding {
  readonly finding: Kind;
  readonly kind: Grant['kind'] | 'template';
  /** The name, or the pattern of a rule. */
  readonly name: string;
  /** A property, as a path. */
  readonly property?: string;
  readonly fix: string;
}

export type Kind =
  | 'asks for a credential'
  | 'no rule names it'
  | 'rule matches nothing'
  | 'no description'
  | 'open schema'
  | 'refuses every property';

/** Everything about a server that a reviewer would ask; the rules are compared where they are known. */
export function findingsOf(inventory: Inventory, rules: readonly Grant[] | undefined): Finding[] {
  return [
    ...inventory.tools.flatMap(toolFindings),
    ...inventory.prompts.flatMap((prompt) => undescribed('prompt', prompt)),
    ...(rules === undefined ? [] : ruleFindings(inventory, rules)),
  ];
}

function toolFindings(tool: unknown): Finding[] {
  if (!isRecord(tool)) return [];
  const name = String(tool.name);
  const asks = credentialAsked(tool.inputSchema, tool.description);
  const credential: Finding[] =
    asks === undefined
      ? []
      : [
          {
            finding: 'asks for a credential',
            kind: 'tool',
            name,
            property: asks,
            fix: 'take the property out, the guard withholds the tool: get a token by principal.tokenFor(), or keep the secret on the server',
          },
        ];
  return [...credential, ...undescribed('tool', tool), ...schemaFindings(name, tool.inputSchema)];
}

function undescribed(kind: 'tool' | 'prompt', item: unknown): Finding[] {
  if (!isRecord(item) || (typeof item.description === 'string' && item.description.trim() !== '')) return [];
  return [
    { finding: 'no description', kind, name: String(item.name), fix: `say in \`description\` what the ${kind} does` },
  ];
}

interface Offered {
  readonly kind: Finding['kind'];
  readonly name: string;
}

function ruleFindings(inventory: Inventory, rules: readonly Grant[]): Finding[] {
  const offered: Offered[] = [
    ...named('tool', inventory.tools, 'name'),
    ...named('prompt', inventory.prompts, 'name'),
    ...named('resource', inventory.resources, 'uri'),
    ...named('template', inventory.templates, 'uriTemplate'),
  ];
  const unreachable = offered.filter((item) => !rules.some((rule) => names(rule, item)));
  const idle = rules.filter((rule) => !hidden(rule, inventory) && !offered.some((item) => names(rule, item)));
  return [
    ...unreachable.map(
      ({ kind, name }): Finding => ({
        finding: 'no rule names it',
        kind,
        name,
        fix: 'name it in a rule of `access`, or take it out: as it is, nobody can see or call it',
      }),
    ),
    ...idle.map(
      ({ kind, pattern }): Finding => ({
        finding: 'rule matches nothing',
        kind,
        name: pattern,
        fix: 'write the name as the server registers it, or take the rule out',
      }),
    ),
  ];
}

function named(kind: Finding['kind'], items: readonly unknown[], property: string): Offered[] {
  return items.flatMap((item) => (isRecord(item) ? [{ kind, name: String(item[property]) }] : []));
}

const KINDS = { tool: 'tools', prompt: 'prompts', resource: 'resources', template: 'resources' } as const;

function names(rule: Grant, { kind, name }: Offered): boolean {
  return KINDS[rule.kind] === KINDS[kind] && overlap(KINDS[kind], rule.pattern, name);
}

/** A list that was not answered may hold what a rule names. */
function hidden(rule: Grant, { unanswered }: Inventory): boolean {
  return unanswered.includes(KINDS[rule.kind]) || (rule.kind === 'resource' && unanswered.includes('templates'));
}
