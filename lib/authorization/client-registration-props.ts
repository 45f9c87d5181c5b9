import type { Duration } from 'aws-cdk-lib';

/** Clients that describe themselves with a document on the web. */
export interface ClientIdMetadataProps {
  /**
   * Hosts whose documents are believed, compared exactly: `claude.ai` does not allow `www.claude.ai`. Lower case,
   * without scheme, port, path or `*`.
   */
  readonly allowedHosts: string[];
}

/** A client whose `client_id` is handed to its users. */
export interface PreRegisteredClientProps {
  /**
   * The `client_id`: 1 to 64 letters, digits and `._~-`, unique among the clients of a server.
   */
  readonly clientId: string;

  /**
   * What people read when they are asked for consent: 1 to 80 characters.
   *
   * @default - the `clientId`
   */
  readonly name?: string;

  /**
   * Where people return after signing in: https, or http on `localhost`, `127.0.0.1` or `[::1]`. Compared exactly;
   * only the port of an address on the user's own computer may be another than the one given here (RFC 8252 §7.3).
   *
   * @default - none; then `privateUseRedirectUris` must name one
   */
  readonly redirectUris?: string[];

  /**
   * Redirect URIs with a scheme of the client's own, such as `com.example.app:/callback`. Another program on the
   * user's computer can claim the same scheme and receive the code, so this adds a warning at synth; PKCE alone
   * then keeps the code from being of use (RFC 8252 §7.1 and §8.6).
   *
   * @default - none
   */
  readonly privateUseRedirectUris?: string[];

  /**
   * SHA-256 of the client's secret, 64 hexadecimal digits. The hash is readable in the template and has no salt, so
   * the secret must be random, of 256 bits, and not a password: `openssl rand -hex 32`. Programs on people's
   * computers cannot keep a secret.
   *
   * @default - a public client, which proves itself with PKCE alone
   */
  readonly secretHash?: string;
}

/** How many clients may register themselves, and how long they live unused. */
export interface DynamicRegistrationProps {
  /**
   * The most registrations that one source address may make in an hour.
   *
   * @default 20
   */
  readonly perSourcePerHour?: number;

  /**
   * The most registrations of all sources together in a day; more than one source could use up, so that none can
   * lock the others out.
   *
   * @default 2000
   */
  readonly perDay?: number;

  /**
   * How long a registration lives with which nobody has signed in, between 10 minutes and 30 days.
   *
   * @default Duration.days(1)
   */
  readonly unusedFor?: Duration;
}
