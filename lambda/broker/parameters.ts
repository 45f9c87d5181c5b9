/** Parameters of a query or form. Each may be given once (RFC 6749 §3.1): of two, the wrong one could be read. */
export type Parameters = ReadonlyMap<string, string>;

const MAX_LENGTH = 16_384;

/** The parameters; undefined: one is given twice, or the text is longer than any honest request. */
export function parametersOf(text: string): Parameters | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const parameters = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (parameters.has(name)) return undefined;
    parameters.set(name, value);
  }
  return parameters;
}
