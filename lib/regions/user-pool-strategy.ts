/**
 * Where people of a server in several regions sign in. With `McpAuthorization.oidc` and `oauth` nothing is chosen: the
 * provider is the same for every region.
 */
export class UserPoolStrategy {
  /**
   * The user pool stays in the primary region. The other regions verify its tokens, and their brokers sign people in
   * and refresh there: while the primary region is away, tokens are accepted until they end, and nobody gets new ones.
   */
  public static primaryRegion(): UserPoolStrategy {
    return new UserPoolStrategy();
  }

  /**
   * Cognito replicates the user pool to the second region, with its app clients and their secrets; pool id, client ids
   * and issuer are the same there, so tokens of both are one kind. The login page moves by the health check of the
   * primary region, which takes a `customDomain` in `McpAuthorization.cognito`.
   *
   * While the primary region is away nobody is created, changes a password or a second factor. **Not** verified:
   * whether the account's pools are eligible (Cognito says so when the replica is created), and that the key is there.
   *
   * Throws, when a server uses it, for an ARN that is none of a multi-Region key in the primary region, for more than two
   * regions, and with any authorization but `McpAuthorization.cognito`: only that makes a pool.
   *
   * @param multiRegionKeyArn ARN, in the primary region, of a multi-Region KMS key with a replica in the second region
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-multi-region.html
   */
  public static replicated(multiRegionKeyArn: string): UserPoolStrategy {
    return new UserPoolStrategy(multiRegionKeyArn);
  }

  /** @internal */
  public readonly _keyArn?: string;

  private constructor(keyArn?: string) {
    this._keyArn = keyArn;
  }
}
