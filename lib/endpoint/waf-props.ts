/** What AWS WAF lets through, beside what AWS's own rule groups block. */
export interface StandardWafProps {
  /**
   * The most requests that one source address may send in five minutes, whatever they ask for. Hosted clients send the
   * requests of all their users from a few addresses.
   *
   * @default 10000
   */
  readonly requestsPerAddress?: number;

  /**
   * The most MCP requests with one Authorization header in five minutes. Across the clients of a user, `rateLimits` of
   * the server counts.
   *
   * @default 3000
   */
  readonly requestsPerAuthorization?: number;

  /**
   * Address ranges that are turned away, of IPv4 or IPv6, as in `203.0.113.0/24`.
   *
   * @default - none
   */
  readonly blockedAddresses?: string[];

  /**
   * Countries that are turned away, by their two letters (ISO 3166), as AWS WAF places addresses.
   *
   * @default - none
   */
  readonly blockedCountries?: string[];
}
