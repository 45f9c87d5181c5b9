/**
 * An identity provider that exists, as this server reads its access tokens: JSON Web Tokens, by default those of
 * RFC 9068. `npx cdk-mcp check-provider <issuer>` says what a provider offers and writes most of this down.
 */
export interface ProviderAuthorizationProps {
  /**
   * The provider's issuer, to the letter: `iss` of its tokens, a slash at its end included where it has one.
   */
  readonly issuer: string;

  /**
   * Where its signing keys are: `jwks_uri` of its metadata. An app is synthesised without a network, so it is named.
   */
  readonly jwksUri: string;

  /**
   * What `aud` of its tokens names.
   *
   * @default - the MCP URL, which clients send as `resource` (RFC 8707)
   */
  readonly audience?: string;

  /**
   * What `aud` may name beside it, such as a userinfo endpoint. Whoever receives a token by one of these names could
   * use it here, so a token with any other is refused.
   *
   * @default - none: tokens are for this server alone
   */
  readonly otherAudiences?: string[];

  /**
   * Ids of the clients with which people sign in.
   *
   * @default - no such client: only machine clients can call the server
   */
  readonly clients?: string[];

  /**
   * Whether people may sign in with any client of the provider: where clients register themselves or describe
   * themselves by a document, so that their ids are not known. It is the provider then that asks for consent. Adds a
   * warning at synth.
   *
   * @default false
   */
  readonly anyClient?: boolean;

  /**
   * What precedes a scope's name when a client asks for it, separator included: `api://notes/` makes
   * `api://notes/notes:read`. Other servers of the provider must not have scopes of that name.
   *
   * @default - nothing: scopes are spelled as in `scopes` of the server
   */
  readonly scopePrefix?: string;

  /**
   * What precedes a scope's name in the claim, where that differs.
   *
   * @default - `scopePrefix`
   */
  readonly claimScopePrefix?: string;

  /**
   * The claim that holds the scopes: a text with spaces, or a list.
   *
   * @default 'scope'
   */
  readonly scopeClaim?: string;

  /**
   * The claim that holds the scopes of machine clients.
   *
   * @default - `scopeClaim`
   */
  readonly machineScopeClaim?: string;

  /**
   * The claim that holds the client's id.
   *
   * @default 'client_id'
   */
  readonly clientClaim?: string;

  /**
   * The claim that is the id of a user, which tools get as `principal.id`. It must never pass to somebody else, as a
   * login name may.
   *
   * @default 'sub'
   */
  readonly subjectClaim?: string;

  /**
   * The claim that lists the groups of a user, which rules may ask for. People must not be able to edit it.
   *
   * @default 'groups'
   */
  readonly groupsClaim?: string;

  /**
   * Claims that must be there with exactly these values, such as the tenant, or whatever sets the provider's access
   * tokens apart.
   *
   * @default - none
   */
  readonly requiredClaims?: { [claim: string]: string };

  /**
   * The type of its access tokens: `typ` of their header. `JWT` is also the type of ID tokens, and `none` stands for a
   * header without a type; either adds a warning at synth. ID tokens are then told apart by what they carry.
   *
   * @default ['at+jwt']
   */
  readonly headerTypes?: string[];

  /**
   * How its tokens are signed. An HTTP API verifies RSA signatures alone: RS256, RS384, RS512. Others are ES256, ES384,
   * ES512 and EdDSA.
   *
   * @default ['RS256']
   */
  readonly algorithms?: string[];
}
