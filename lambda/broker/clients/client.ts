/** A client as the broker knows it, however it became known. */
export interface Client {
  readonly id: string;
  readonly kind: 'pre-registered' | 'metadata-document' | 'dynamic';
  /** What people are shown; for all but pre-registered clients its own claim. */
  readonly name: string;
  /** Host that serves the client's metadata document: who vouches for the name. */
  readonly host?: string;
  readonly redirectUris: readonly string[];
  readonly authentication: ClientAuthentication;
}

export type ClientAuthentication =
  | { readonly method: 'none' }
  /** `client_secret_basic` or `client_secret_post`; SHA-256 in hex. */
  | { readonly method: 'client_secret'; readonly secretHash: string }
  /** RFC 7523 with the keys of the client's metadata document. */
  | {
      readonly method: 'private_key_jwt';
      readonly jwks?: { readonly keys: readonly object[] };
      readonly jwksUri?: string;
    };
