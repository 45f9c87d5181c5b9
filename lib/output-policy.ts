import { Token } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { ContentModeration } from './content-moderation';
import type { PersonalData } from './personal-data';
import type { OutputRules } from './private/contract';

/** What may leave a server. */
export interface OutputPolicyProps {
  /**
   * Whether secrets (cloud keys, tokens, private keys, passwords in connection strings) are redacted. Without it synth
   * warns.
   *
   * @default true
   */
  readonly redactSecrets?: boolean;

  /**
   * Classes of personal data that are redacted too.
   *
   * @default - none
   */
  readonly personalData?: PersonalData[];

  /**
   * Bytes of one message at the most, from 1024. A result that is larger is withheld.
   *
   * @default 4194304
   */
  readonly maxBytes?: number;

  /**
   * Schemes that addresses in results may have: resource links, embedded and read resources, icons, pages a person is
   * sent to. Others are removed. Name those of the server's own resources too.
   *
   * @default - all but `javascript`, `vbscript`, `data`, `file`, `blob` and others of their kind; one that a rule of
   * `access` names resources of is allowed
   */
  readonly allowedLinkSchemes?: string[];

  /**
   * Moderation of the texts that leave in results.
   *
   * @default - none
   */
  readonly moderation?: ContentModeration;
}

/** A Lambda function answers at most 6 MB, what wraps the answer included. */
const MOST_BYTES = 4 * 1024 * 1024;
const FEWEST_BYTES = 1024;

const SCHEME = /^[a-z][a-z0-9+.-]*$/;

/** What may leave a server: redaction, size, links, moderation. */
export class OutputPolicy {
  public constructor(private readonly props: OutputPolicyProps = {}) {}

  /** @internal */
  public _problems(): string[] {
    const { maxBytes, allowedLinkSchemes, personalData, moderation } = this.props;
    const problems: string[] = [];
    if (personalData?.length === 0) {
      problems.push('`personalData` is empty: name a class, e.g. `PersonalData.EMAIL`, or leave it out');
    }
    if (maxBytes !== undefined && !Token.isUnresolved(maxBytes)) {
      const whole = Number.isInteger(maxBytes) && maxBytes >= FEWEST_BYTES && maxBytes <= MOST_BYTES;
      if (!whole)
        problems.push(`\`maxBytes\` is ${maxBytes}: give a whole number from ${FEWEST_BYTES} to ${MOST_BYTES}`);
    } else if (maxBytes !== undefined) {
      problems.push('`maxBytes` is known only at deploy time: write it as a number');
    }
    if (allowedLinkSchemes?.length === 0) {
      problems.push("`allowedLinkSchemes` is empty: name a scheme, e.g. 'https', or leave it out");
    }
    for (const scheme of allowedLinkSchemes ?? []) {
      if (!SCHEME.test(scheme)) {
        problems.push(`link scheme '${scheme}' is not one: write it in lower case and without ':', e.g. 'https'`);
      }
    }
    return [...problems, ...(moderation?._problems() ?? [])];
  }

  /** @internal */
  public _rules(): OutputRules {
    const { redactSecrets, personalData, maxBytes, allowedLinkSchemes, moderation } = this.props;
    return {
      secrets: redactSecrets,
      personalData: personalData && [...new Set(personalData.map(({ name }) => name))],
      bytes: maxBytes,
      linkSchemes: allowedLinkSchemes,
      moderation: moderation && { onFailure: moderation._onFailure },
    };
  }

  /** Variables of the function that runs the guard. @internal */
  public _environment(): Record<string, string> {
    return this.props.moderation?._environment() ?? {};
  }

  /** Lets the guard ask for moderation. @internal */
  public _grant(role: iam.IRole): void {
    this.props.moderation?._grant(role);
  }
}
