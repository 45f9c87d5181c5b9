/** Chromium as it is installed here; it looks up nothing by itself. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { Missing } from './tools';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** @param found where names are that nobody else can look up, by name */
export async function launchChromium(found: Readonly<Record<string, number>>): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path));
  if (executablePath === undefined) {
    throw new Missing('no Chromium here: install it (apt-get install chromium), or name it in CHROMIUM');
  }
  const rules = Object.entries(found).map(([name, port]) => `MAP ${name}:443 127.0.0.1:${port}`);
  return chromium.launch({ executablePath, args: [...QUIET, `--host-resolver-rules=${rules.join(',')}`] });
}
