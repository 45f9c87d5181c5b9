const MESSAGE = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

/** The status of a request that nobody signed. */
export function postWithout(url: URL, patienceMs: number): Promise<number> {
  return post(url, HEADERS, patienceMs);
}

/** The status of a request with a token of its own. */
export function postWith(url: URL, token: string, patienceMs: number): Promise<number> {
  return post(url, { ...HEADERS, authorization: `Bearer ${token}` }, patienceMs);
}

async function post(url: URL, headers: Record<string, string>, patienceMs: number): Promise<number> {
  const options = { method: 'POST', headers, body: MESSAGE, redirect: 'manual' } as const;
  const response = await fetch(url, { ...options, signal: AbortSignal.timeout(patienceMs) });
  await response.body?.cancel();
  return response.status;
}
