/**
 * Stands for node:https in the bundle. The token library imports it for a fetcher of its own, which is never used here
 * (`signature.ts` brings one); loading it would bring the TLS stack into every cold start.
 */
export function request(): never {
  throw new Error('nothing here sends requests by node:https: pass a fetcher');
}
