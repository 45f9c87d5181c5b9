import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { GuardVariable } from './private/contract';

/** What happens to a result when it could not be moderated. */
export enum ModerationFailure {
  /** It is withheld. */
  CLOSED = 'closed',

  /** It passes, and the audit record says that it was not moderated. */
  OPEN = 'open',
}

/** A guardrail of Amazon Bedrock, in the account and region of the server. */
export interface BedrockGuardrailOptions {
  /**
   * The guardrail's id, not its ARN: `CfnGuardrail.attrGuardrailId`.
   */
  readonly guardrailId: string;

  /**
   * The guardrail's version: a number, or `DRAFT`, which changes under your feet.
   */
  readonly guardrailVersion: string;

  /**
   * What happens when the guardrail cannot be asked, or not in time.
   *
   * @default ModerationFailure.CLOSED
   */
  readonly onFailure?: ModerationFailure;
}

/**
 * Moderation of what leaves in results. Each result costs a call of the service, its time and its price; arguments and
 * lists are not sent.
 */
export class ContentModeration {
  /**
   * Every text of a result goes to this guardrail: what it masks leaves masked, what it blocks is withheld.
   *
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-use-independent-api.html
   */
  public static bedrockGuardrail(options: BedrockGuardrailOptions): ContentModeration {
    return new ContentModeration(options);
  }

  private constructor(private readonly options: BedrockGuardrailOptions) {}

  /** @internal */
  public get _onFailure(): 'closed' | 'open' {
    return this.options.onFailure ?? ModerationFailure.CLOSED;
  }

  /** @internal */
  public _problems(): string[] {
    const { guardrailId, guardrailVersion } = this.options;
    return [
      ...(Token.isUnresolved(guardrailId) || /^[a-z0-9]{1,64}$/.test(guardrailId)
        ? []
        : [`guardrail '${guardrailId}' is not an id: give its id, letters a to z and digits, and not its ARN or name`]),
      ...(Token.isUnresolved(guardrailVersion) || /^(?:[1-9]\d{0,7}|DRAFT)$/.test(guardrailVersion)
        ? []
        : [`guardrail version '${guardrailVersion}' is not one: give a number from 1 on, or 'DRAFT'`]),
    ];
  }

  /** @internal */
  public _environment(): Record<string, string> {
    return { [GuardVariable.guardrail]: `${this.options.guardrailId}:${this.options.guardrailVersion}` };
  }

  /** @internal */
  public _grant(role: iam.IRole): void {
    const resource = { service: 'bedrock', resource: 'guardrail', resourceName: this.options.guardrailId };
    const resources = [Stack.of(role).formatArn(resource)];
    // A child of the role, so that the function waits for it.
    const statements = [new iam.PolicyStatement({ actions: ['bedrock:ApplyGuardrail'], resources })];
    new iam.Policy(role, 'Moderation', { roles: [role], statements });
  }
}
