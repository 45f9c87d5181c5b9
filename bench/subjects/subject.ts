/** A thing that answers an MCP call; what each measured bundle exports as `start`. */
export type Start = (tools: number) => (request: Request) => Promise<Response>;
