import type { PolicyDocument } from './contract';

/** Something that works, but that its author may not have meant. */
export interface PolicyWarning {
  readonly id: string;
  readonly text: string;
}

export function policyWarnings(policy: PolicyDocument): PolicyWarning[] {
  const used = new Set(policy.rules.flatMap((rule) => rule.scopes));
  const unused = policy.scopes.filter((scope) => !used.has(scope));
  const open = policy.rules.flatMap((rule, index) =>
    (['tools', 'prompts', 'resources'] as const)
      .filter((kind) => rule[kind]?.includes('*'))
      .map((kind) => ({ kind, index })),
  );
  return [
    ...unused.map((scope) => ({
      id: `cdk-mcp:unusedScope:${scope}`,
      text: `scope '${scope}' is declared but no rule needs it: people would consent to nothing`,
    })),
    ...open.map(({ kind, index }) => ({
      id: `cdk-mcp:everyName:${kind}`,
      text: `access[${index}] allows all ${kind}, those added later included: name them, or use a longer prefix`,
    })),
  ];
}
