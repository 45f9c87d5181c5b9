/** What a company puts on the consent page and on the pages that tell of errors. */
export interface PageBranding {
  /**
   * Who offers the server, such as the name of the company: 1 to 80 characters.
   *
   * @default - the server's `displayName` alone
   */
  readonly serviceName?: string;

  /**
   * Colour of the buttons and the heading, `#rrggbb`. The colour of the text on it is chosen so that it can be read.
   *
   * @default - a neutral one
   */
  readonly color?: string;

  /**
   * Where people find help: an `https:` or `mailto:` address.
   *
   * @default - no link
   */
  readonly supportUrl?: string;
}
