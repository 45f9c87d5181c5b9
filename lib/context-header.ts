/**
 * A header that addresses something (a project, an environment, a tenant) for which the caller's token must have been
 * issued. A value that is not the claim's is answered with 403; the value reaches tools as `principal.context`.
 */
export interface ContextHeader {
  /**
   * The header's name, one without a meaning of its own.
   */
  readonly header: string;

  /**
   * The claim of the access token that holds the value, or a list of the values, that the caller may address; its whole
   * name, such as `custom:tenant`. Cognito puts no custom claim into access tokens by itself: a pre token generation
   * trigger (version 2, for machine clients 3) adds it.
   *
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
   */
  readonly claim: string;

  /**
   * Whether a request without the header is refused; those that begin a connection (`initialize`, `server/discover`,
   * `ping`) pass without it.
   *
   * @default true
   */
  readonly required?: boolean;
}
