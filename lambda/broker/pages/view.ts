/** What the pages show; everything in it is data and is escaped when a page is written. */
import type { Branding } from '../../../lib/private/contract';
import type { Client } from '../clients/client';

export interface ConsentView {
  readonly branding: Branding;
  /** Name of the MCP server that is asked for. */
  readonly serverName: string;
  readonly client: Pick<Client, 'kind' | 'name' | 'host'>;
  /** What the client may do afterwards, in words; never empty. */
  readonly allows: readonly string[];
  /** Host (and port) the browser is sent to with the outcome. */
  readonly redirectHost: string;
  /** The outcome goes to a program on the user's own machine, which anyone could have put there. */
  readonly loopback: boolean;
  /** Hidden fields of the form, sent back as they are; names and values. */
  readonly fields: Readonly<Record<string, string>>;
  /** Address of the form; its buttons are named `decision` with the values `approve` and `deny`. */
  readonly action: string;
}

export interface ErrorView {
  readonly branding: Branding;
  /** Name of the MCP server the person was on the way to. */
  readonly serverName: string;
  /** What happened, in a sentence for a person. */
  readonly title: string;
  /** What the person can do now. */
  readonly advice: string;
  /** Correlation id. */
  readonly errorId: string;
}
