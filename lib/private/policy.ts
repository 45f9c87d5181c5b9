import { Token } from 'aws-cdk-lib';
import type { AccessRule } from '../access';
import type { CallLimits } from '../call-limits';
import type { ContextHeader } from '../context-header';
import type { DownstreamService } from '../downstream-service';
import type { OutputPolicy } from '../output-policy';
import type { RateLimit } from '../rate-limit';
import type { McpSessions } from '../sessions';
import { contextHeaderProblems, contextHeaderRule } from './context-headers';
import type { PolicyDocument, PolicyRule } from './contract';
import { downstreamProblems } from './downstream';
import { limitProblems, limitRules } from './limits';
import { overlap, type PatternKind, patternProblem } from './patterns';
import { rateLimitProblems } from './rate-limits';
import { scopeListProblems, scopeProblems } from './scopes';

const KINDS: readonly PatternKind[] = ['tools', 'prompts', 'resources'];

/** Cognito's group names: letters, marks, symbols, digits, punctuation; no spaces. */
const GROUP_NAME = /^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$/u;

/** What a server declares about access, as the user wrote it. */
export interface PolicyInput {
  readonly scopes: Readonly<Record<string, string>>;
  readonly initialScopes?: readonly string[];
  readonly access: readonly AccessRule[];
  readonly limits?: CallLimits;
  readonly output?: OutputPolicy;
  readonly rateLimits?: readonly RateLimit[];
  readonly contextHeaders?: readonly ContextHeader[];
  readonly sessions?: McpSessions;
  readonly downstream?: readonly DownstreamService[];
}

/** Everything wrong with a policy, in words that say what to write instead. */
export function policyProblems(input: PolicyInput): string[] {
  if (
    Token.isUnresolved(
      JSON.stringify([input.scopes, input.initialScopes, input.access, input.contextHeaders, input.downstream]),
    )
  ) {
    return [
      'a name in `scopes`, `access`, `contextHeaders` or `downstream` is known only at deploy time: write names as text, reviewers read them here',
    ];
  }
  const problems = scopeProblems(input.scopes);
  if (problems.length > 0) return problems;
  const declared = Object.keys(input.scopes);
  if (input.initialScopes) problems.push(...scopeListProblems('`initialScopes`', input.initialScopes, declared));
  if (input.access.length === 0) {
    problems.push('`access` is empty, so nothing could be called: add a rule that names tools, prompts or resources');
  }
  input.access.forEach((rule, index) => {
    problems.push(...ruleProblems(rule, `access[${index}]`, declared));
  });
  return [
    ...problems,
    ...overlapProblems(input.access),
    ...limitProblems(input.limits),
    ...(input.output?._problems() ?? []),
    ...rateLimitProblems(input.rateLimits),
    ...contextHeaderProblems(input.contextHeaders ?? []),
    ...(input.sessions?._problems() ?? []),
    ...downstreamProblems(input.downstream ?? [], declared),
  ];
}

function ruleProblems(rule: AccessRule, where: string, declared: readonly string[]): string[] {
  const problems: string[] = [];
  if (KINDS.every((kind) => rule[kind] === undefined)) {
    problems.push(`${where} names nothing: give it \`tools\`, \`prompts\` or \`resources\``);
  }
  for (const kind of KINDS) {
    const patterns = rule[kind];
    if (patterns?.length === 0) problems.push(`\`${kind}\` of ${where} is empty: name something or leave it out`);
    for (const pattern of patterns ?? []) {
      const problem = patternProblem(kind, pattern);
      if (problem) problems.push(`${problem} (${where})`);
    }
  }
  problems.push(...scopeListProblems(`\`scopes\` of ${where}`, rule.scopes, declared));
  return [...problems, ...groupProblems(rule.groups, where)];
}

function groupProblems(groups: readonly string[] | undefined, where: string): string[] {
  if (groups?.length === 0) {
    return [`\`groups\` of ${where} is empty, so nobody could satisfy it: name a group or leave \`groups\` out`];
  }
  return (groups ?? []).flatMap((group, index) => {
    if (!GROUP_NAME.test(group)) {
      return [`group '${group}' of ${where} is not a group name: use 1 to 128 characters without spaces`];
    }
    return groups?.indexOf(group) === index ? [] : [`group '${group}' stands twice in ${where}: remove one`];
  });
}

function overlapProblems(access: readonly AccessRule[]): string[] {
  return KINDS.flatMap((kind) => {
    const named = access.flatMap((rule, index) => (rule[kind] ?? []).map((pattern) => ({ pattern, index })));
    return named.flatMap((a, position) =>
      named
        .slice(position + 1)
        .filter((b) => overlap(kind, a.pattern, b.pattern))
        .map((b) => overlapProblem(kind, a, b)),
    );
  });
}

interface NamedPattern {
  readonly pattern: string;
  readonly index: number;
}

function overlapProblem(kind: PatternKind, a: NamedPattern, b: NamedPattern): string {
  return a.index === b.index
    ? `'${a.pattern}' and '${b.pattern}' in \`${kind}\` of access[${a.index}] match the same name: remove one`
    : `'${a.pattern}' of access[${a.index}] and '${b.pattern}' of access[${b.index}] match the same name: ` +
        `let one rule alone decide about each of the ${kind}`;
}

/** The document the guard enforces; the input must have no problems. */
export function compilePolicy(input: PolicyInput): PolicyDocument {
  const rules = input.access.map((rule): PolicyRule => {
    const { tools, prompts, resources, scopes, groups } = rule;
    return {
      ...(tools && { tools }),
      ...(prompts && { prompts }),
      ...(resources && { resources }),
      scopes,
      ...(groups && { groups }),
    };
  });
  const { limits, output, rateLimits, contextHeaders, sessions, downstream } = input;
  return withoutUndefined({
    version: 1,
    scopes: Object.keys(input.scopes),
    rules,
    limits: limits && limitRules(limits),
    outputs: output?._rules(),
    rateLimits: rateLimits?.map((limit) => limit._rule()),
    contextHeaders: contextHeaders?.map(contextHeaderRule),
    sessions: sessions?._rules(),
    downstream: downstream?.map(({ audience, scopes }) => ({ audience, scopes })),
  });
}

/** The document has to be small, and says nothing where the guard's default holds. */
function withoutUndefined(document: PolicyDocument): PolicyDocument {
  return JSON.parse(JSON.stringify(document));
}

/** Every group some rule names, once. */
export function groupsOf(policy: PolicyDocument): string[] {
  return [...new Set(policy.rules.flatMap((rule) => rule.groups ?? []))];
}
