/** A service behind a tool that takes access tokens of its own, issued for it and not for this server. */
export interface DownstreamService {
  /**
   * The audience of its tokens: what tools pass to `principal.tokenFor`.
   */
  readonly audience: string;

  /**
   * Scopes of its tokens, as they are on the wire.
   */
  readonly scopes: string[];
}
