import type { PolicyDocument } from './contract';

/** Something that works, but that its author may not have meant. */
export interface PolicyWarning {
  readonly id: string;
  readonly text: string;
}

export function policyWarnings(policy: PolicyDocument): PolicyWarning[] {
  return [...unusedScopes(policy), ...everyName(policy), ...bareTemplates(policy), ...weakOutputs(policy)];
}

function unusedScopes(policy: PolicyDocument): PolicyWarning[] {
  const used = new Set(policy.rules.flatMap((rule) => rule.scopes));
  return policy.scopes
    .filter((scope) => !used.has(scope))
    .map((scope) => ({
      id: `cdk-mcp:unusedScope:${scope}`,
      text: `scope '${scope}' is declared but no rule needs it: use it in \`access\`, or people consent to nothing`,
    }));
}

function everyName(policy: PolicyDocument): PolicyWarning[] {
  return (['tools', 'prompts', 'resources'] as const).flatMap((kind) =>
    policy.rules.flatMap((rule, index) =>
      rule[kind]?.includes('*')
        ? [
            {
              id: `cdk-mcp:everyName:${kind}`,
              text: `access[${index}] allows all ${kind}, those added later included: name them, or use a longer prefix`,
            },
          ]
        : [],
    ),
  );
}

/** The guard compares what is read, which is an expansion and never the template itself. */
function bareTemplates(policy: PolicyDocument): PolicyWarning[] {
  const templates = policy.rules.flatMap((rule) => rule.resources ?? []).filter((pattern) => pattern.includes('{'));
  return templates.map((template) => ({
    id: `cdk-mcp:bareTemplate:${template}`,
    text:
      `'${template}' lets the template be listed, but nothing be read through it: ` +
      `write '${template.slice(0, template.indexOf('{'))}*' to allow what it expands to`,
  }));
}

function weakOutputs({ outputs }: PolicyDocument): PolicyWarning[] {
  const warnings: PolicyWarning[] = [];
  if (outputs?.secrets === false) {
    const text =
      'secrets in results are not redacted: leave `redactSecrets` out unless the tools exist to hand them out';
    warnings.push({ id: 'cdk-mcp:secretsNotRedacted', text });
  }
  if (outputs?.moderation?.onFailure === 'open') {
    const text = 'results leave unmoderated while the guardrail cannot be asked: use ModerationFailure.CLOSED';
    warnings.push({ id: 'cdk-mcp:moderationFailsOpen', text });
  }
  return warnings;
}
