/**
 * A service behind a tool that takes access tokens of its own, issued for it and not for this server, in the name of the
 * user who called the tool (token exchange, RFC 8693).
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-token-exchange.html
 */
export interface DownstreamService {
  /**
   * The audience of its tokens, their `aud`: what tools pass to `principal.tokenFor`.
   */
  readonly audience: string;

  /**
   * Scopes of its tokens, by their names in this server's `scopes`: Cognito gives a derived token no scope that the
   * caller's token lacks, so people consent to what a server does elsewhere in their name. Name one of them in the
   * access rule of the tool too, or clients will not know to ask for it.
   */
  readonly scopes: string[];
}
