import type { RuleAction, WebAclSpec } from '../deployment/web-acls';
import { type InspectedRequest, matches } from './evaluate';
import { Rates } from './rates';

/** A web ACL at work: its rules one after the other, until one allows or blocks; counting ones go on. */
export class WebAcl {
  private readonly rates: readonly Rates[];

  constructor(private readonly spec: WebAclSpec) {
    this.rates = spec.rules.map(() => new Rates());
  }

  get bodyLimit(): number {
    return this.spec.bodyLimit;
  }

  /** The action that ends it, and the rule that wanted it; none when it is the default action. */
  decide(request: InspectedRequest, nowMs: number): { readonly action: RuleAction; readonly rule?: string } {
    for (const [index, rule] of this.spec.rules.entries()) {
      const rates = this.rates[index] as Rates;
      const matched = matches(rule.statement, request, (statement, one) => rates.count(statement, one, nowMs));
      if (matched && rule.action.kind !== 'count') return { action: rule.action, rule: rule.name };
    }
    return { action: this.spec.defaultAction };
  }
}
