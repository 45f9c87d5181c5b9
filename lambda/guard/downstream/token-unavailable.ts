/** There is no token with which to call a service in the caller's name. */
export class TokenUnavailable extends Error {
  override readonly name = 'TokenUnavailable';

  constructor(
    /** The service the token would have been for. */
    readonly audience: string,
    why: string,
    /** Whether it may be another matter in a moment. */
    readonly retryable = false,
  ) {
    const advice = "call it with the server's own credentials (its role), or not at all";
    super(`no token for '${audience}': ${why}; ${advice}`);
  }
}
