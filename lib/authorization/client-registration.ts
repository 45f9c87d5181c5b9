/** A client whose `client_id` is handed to its users. */
export interface PreRegisteredClientProps {
  /**
   * Name of the client, unique among the clients of a server: 1 to 128 letters, digits, spaces and `_+=,.@-`.
   */
  readonly name: string;

  /**
   * Where people return after signing in, compared exactly, port included: https, or http on `localhost`,
   * `127.0.0.1` or `[::1]`.
   */
  readonly redirectUris: string[];

  /**
   * Whether the client keeps a secret. Programs on people's computers cannot.
   *
   * @default false - a public client, which proves itself with PKCE alone
   */
  readonly confidential?: boolean;
}

/**
 * How a client that people use becomes known to the authorization server.
 */
export class ClientRegistration {
  /**
   * A client registered in this code. It may ask for every scope of the server, for the signed-in user.
   * Not enforced by Cognito: PKCE, which it checks only if the client begins with it.
   *
   * Throws, when a server uses it, for a redirect URI that is neither https nor on the user's own computer.
   *
   * @see https://datatracker.ietf.org/doc/html/rfc8252
   */
  public static preRegistered(props: PreRegisteredClientProps): ClientRegistration {
    return new ClientRegistration(props);
  }

  private constructor(private readonly props: PreRegisteredClientProps) {}

  /** @internal */
  public _preRegistered(): PreRegisteredClientProps {
    return this.props;
  }
}
