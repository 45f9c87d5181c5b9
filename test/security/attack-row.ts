/** What an attack is, and how its outcome is put: nothing where the defence held, else what got through. */
import type { Reply } from '../../lambda/broker/http';
import type { World } from './world';

export interface Attack {
  readonly attack: string;
  readonly expectation: string;
  /** Undefined: held. A text: what got through. */
  readonly run: (world: World) => Promise<string | undefined>;
}

export interface Theme {
  readonly name: string;
  readonly attacks: readonly Attack[];
}

export const unless = (held: boolean, gotThrough: string): string | undefined => (held ? undefined : gotThrough);

/** The first thing that got through. */
export function firstOf(...outcomes: readonly (string | undefined)[]): string | undefined {
  return outcomes.find((outcome) => outcome !== undefined);
}

/** Held where a person sees a page that leads nowhere. */
export function pageOnly(reply: Reply, status = 400): string | undefined {
  if (reply.headers.Location !== undefined) return `redirected to ${reply.headers.Location}`;
  if (reply.status !== status) return `answered ${reply.status}`;
  return unless((reply.headers['Content-Type'] ?? '').startsWith('text/html'), 'answered with no page');
}

/** Held where the client gets this OAuth error and no token. */
export function oauthError(reply: Reply, ...errors: readonly string[]): string | undefined {
  const body = JSON.parse(reply.body || '{}') as Record<string, unknown>;
  if (reply.status < 400) return `answered ${reply.status}`;
  if ('access_token' in body || 'refresh_token' in body) return 'a token was handed out';
  return unless(errors.includes(String(body.error)), `answered ${reply.status} ${String(body.error)}`);
}

/** The same attack in many spellings, a row each. */
export function spellings(
  list: readonly (readonly [what: string, value: string])[],
  row: (what: string, value: string) => Attack,
): Attack[] {
  return list.map(([what, value]) => row(what, value));
}
