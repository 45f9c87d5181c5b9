/**
 * `fetch` for calls to services that a container makes again and again. A connection kept from the call before may be
 * dead without anyone having noticed, above all after the container was frozen: a request whose connection broke
 * before any answer came is sent once more, on a new one.
 */
export function fetchAgain(fetcher: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    // A request object gives its body away once.
    const second = input instanceof Request ? input.clone() : input;
    try {
      return await fetcher(input, init);
    } catch (error) {
      if (!connectionBroke(error)) throw error;
      return fetcher(second, init);
    }
  };
}

const BROKEN: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function connectionBroke(error: unknown): boolean {
  return BROKEN.has((error as { cause?: { code?: unknown } } | null)?.cause?.code);
}
