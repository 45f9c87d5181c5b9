import type { OutputRules } from './private/contract';

/** What may leave a server. */
export interface OutputPolicyProps {
  /**
   * Whether secrets (cloud keys, tokens, private keys, bearer strings) are redacted.
   *
   * @default true
   */
  readonly redactSecrets?: boolean;

  /**
   * Bytes of one message at the most.
   *
   * @default 4194304
   */
  readonly maxBytes?: number;
}

/** What may leave a server: redaction, size, links, moderation. */
export class OutputPolicy {
  public constructor(private readonly props: OutputPolicyProps = {}) {}

  /** @internal */
  public _problems(): string[] {
    return [];
  }

  /** @internal */
  public _rules(): OutputRules {
    return { secrets: this.props.redactSecrets, bytes: this.props.maxBytes };
  }
}
