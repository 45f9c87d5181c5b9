import { request } from 'node:http';

export interface Navigation {
  readonly headers: Readonly<Record<string, string>>;
  /** The fields of a form that is sent. */
  readonly fields?: URLSearchParams;
}

/**
 * One request as a browser makes it for a page, redirects not followed. `fetch` cannot be used: it says of itself, in
 * `Sec-Fetch-Mode`, that it is a script, and pages that must not be read by scripts are refused to it.
 */
export function navigate(address: URL, { headers, fields }: Navigation): Promise<Response> {
  const form = fields && { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      address,
      {
        method: fields ? 'POST' : 'GET',
        headers: { ...headers, ...form, 'sec-fetch-mode': 'navigate' },
        // A connection of its own: one that was kept may be closed by the server in the moment it is used again.
        agent: false,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const status = incoming.statusCode ?? 0;
          const answered = new Headers();
          for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
            answered.append(incoming.rawHeaders[i] as string, incoming.rawHeaders[i + 1] as string);
          }
          resolve(new Response(status === 204 ? null : Buffer.concat(chunks), { status, headers: answered }));
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(fields?.toString());
  });
}
