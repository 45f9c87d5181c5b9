import type {
  ClientIdMetadataProps,
  DynamicRegistrationProps,
  PreRegisteredClientProps,
} from './client-registration-props';
import type { Registration } from './registration';

/**
 * How clients that people use become known to the authorization server. Whichever way it is: people are asked for
 * consent, the redirect URI must match, and PKCE with S256 is required.
 */
export class ClientRegistration {
  /**
   * Clients whose `client_id` is the https address of a document about them, as claude.ai and VS Code have. The
   * document is fetched when somebody signs in, from the named hosts alone. Whoever controls such a host decides
   * which clients there are.
   *
   * Throws, when a server uses it, for what is not the name of a host.
   *
   * @see https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/
   */
  public static clientIdMetadata(props: ClientIdMetadataProps): ClientRegistration {
    return new ClientRegistration({ clientIdMetadata: props });
  }

  /**
   * A client registered in this code: a record of the broker, not an app client in the user pool. It may ask for
   * every scope of the server, for the signed-in user.
   *
   * Throws, when a server uses it, for an id that is taken and for a redirect URI that is neither https nor on the
   * user's own computer.
   *
   * @see https://datatracker.ietf.org/doc/html/rfc8252
   */
  public static preRegistered(props: PreRegisteredClientProps): ClientRegistration {
    return new ClientRegistration({ preRegistered: props });
  }

  /**
   * Clients that register themselves. Nobody vouches for the name such a client gives itself, which is said on the
   * consent page; anyone can register one, so this adds a warning at synth. Prefer `clientIdMetadata` where clients
   * support it.
   *
   * Only public clients can register. Registrations are counted per source address, bounded in number, and expire
   * unless somebody signs in with them.
   *
   * Throws, when a server uses it, for limits with which one source could lock the others out.
   *
   * @see https://datatracker.ietf.org/doc/html/rfc7591
   */
  public static dynamic(props: DynamicRegistrationProps = {}): ClientRegistration {
    return new ClientRegistration({ dynamic: props });
  }

  private constructor(private readonly registration: Registration) {}

  /** @internal */
  public _registration(): Registration {
    return this.registration;
  }
}
