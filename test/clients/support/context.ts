/** What every rung is given: the running stack and a place of its own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Opener, startOpener } from './opener';
import { type ClientStack, person } from './stack';

export interface Context extends ClientStack {
  /** Scratch folder of this run. */
  readonly scratch: string;
}

/** A home folder, an environment and a browser that no other rung has seen. */
export async function withHome<T>(
  context: Context,
  name: string,
  use: (place: { home: string; opener: Opener; env: Record<string, string> }) => Promise<T>,
): Promise<T> {
  const home = join(context.scratch, name);
  mkdirSync(home, { recursive: true });
  const opener = await startOpener(person(context.stack), home);
  const env = { HOME: home, LANG: 'C.UTF-8', ...opener.environment };
  try {
    return await use({ home, opener, env });
  } finally {
    await opener.close();
  }
}

/** How often a person was asked, as the browser saw it. */
export function asked({ browser, failures }: Opener): string {
  if (failures.length > 0) return `in the browser: ${failures.join('; ')}`;
  return `${browser.consents.length} consent, ${browser.passwordsTyped} password`;
}
