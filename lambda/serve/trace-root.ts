/** The root of an `X-Amzn-Trace-Id: Root=1-…;…` header. */
export function traceRoot(header: string | undefined): string | undefined {
  return /Root=([^;]+)/.exec(header ?? '')?.[1];
}
