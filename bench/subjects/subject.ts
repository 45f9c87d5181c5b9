/** The two protocol eras: 2026-07-28, and the older revisions. */
export type Era = 'modern' | 'legacy';

export type Fetch = (request: Request) => Promise<Response>;

/** A thing that answers an MCP call; what each measured bundle exports as `start`. */
export type Start = (tools: number) => Fetch | Promise<Fetch>;

/** What a measured bundle exports. */
export interface Subject {
  readonly start: Start;
  /** @default 'modern' */
  readonly era?: Era;
}
