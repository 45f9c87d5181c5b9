import type { ListenerAction, ListenerCondition, ListenerRule } from '../deployment/containers/load-balancers';

/** What rules look at. */
export interface RuleFacts {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  header(name: string): string | undefined;
}

/** The action of the first rule whose conditions all hold; the last rule has none. */
export function selectAction(rules: readonly ListenerRule[], facts: RuleFacts): ListenerAction | undefined {
  return rules.find(({ conditions }) => conditions.every((condition) => holds(condition, facts)))?.action;
}

function holds({ field, header, values }: ListenerCondition, facts: RuleFacts): boolean {
  switch (field) {
    case 'path-pattern':
      return values.some((value) => pattern(value, '').test(facts.path));
    case 'http-request-method':
      return values.includes(facts.method);
    case 'host-header':
      return values.some((value) => pattern(value, 'i').test((facts.header('host') ?? '').replace(/:\d+$/, '')));
    case 'http-header': {
      const sent = facts.header(header ?? '');
      return sent !== undefined && values.some((value) => pattern(value, 'i').test(sent));
    }
  }
}

/** `*` stands for any characters, `?` for one. */
function pattern(text: string, flags: string): RegExp {
  const literal = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, flags);
}
