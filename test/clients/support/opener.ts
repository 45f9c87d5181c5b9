/**
 * Stands in for the browser that a program opens: the command it runs hands the address to this process, where a
 * scripted browser signs in, and goes on to the program's own callback. What was opened and shown can be asked for.
 */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptedBrowser } from '../../../local/demo/browser';
import type { DemoUser } from '../../../local/stack-file';

const ATTEMPTS = 20;
const PAUSE_MS = 250;

export interface Opener {
  /** Variables with which a program opens this browser. */
  readonly environment: Readonly<Record<string, string>>;
  readonly browser: ScriptedBrowser;
  /** Authorization requests that were opened. */
  readonly opened: readonly URL[];
  /** What went wrong in the browser. */
  readonly failures: readonly string[];
  /** Opens an address as the program's command would. */
  open(address: string): Promise<void>;
  close(): Promise<void>;
}

export async function startOpener(user: DemoUser, folder: string): Promise<Opener> {
  const browser = new ScriptedBrowser(user);
  const opened: URL[] = [];
  const failures: string[] = [];
  const open = async (address: string) => {
    const url = new URL(address);
    opened.push(url);
    try {
      const callback = await browser.open(url, url.searchParams.get('redirect_uri') ?? '');
      const { status } = await answered(callback);
      if (status >= 400) failures.push(`the client's callback answered ${status}`);
    } catch (error) {
      failures.push((error as Error).message);
    }
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.end();
      void open(Buffer.concat(chunks).toString());
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    environment: commandIn(folder, port),
    browser,
    opened,
    failures,
    open,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

/** A program may begin to listen after it has opened the browser: a person is slower than that, this browser is not. */
async function answered(callback: URL): Promise<Response> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    const response = await fetch(callback).catch(() => undefined);
    if (response !== undefined) return response;
    await sleep(PAUSE_MS);
  }
  return fetch(callback);
}

/** Programs ask BROWSER, or run `xdg-open` from the path. */
function commandIn(folder: string, port: number): Record<string, string> {
  const bin = join(folder, 'browser');
  mkdirSync(bin, { recursive: true });
  const script = `fetch('http://127.0.0.1:${port}', { method: 'POST', body: process.argv.at(-1) })`;
  const command = join(bin, 'xdg-open');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' -e "${script}" -- "$@"\n`);
  chmodSync(command, 0o755);
  return { BROWSER: command, PATH: `${bin}:${process.env.PATH}`, DISPLAY: '' };
}
