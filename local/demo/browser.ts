import { must } from './report';

const MAX_PAGES = 10;

/**
 * What a person with a browser does at a sign-in: follows redirects, keeps cookies, fills in the one form of a
 * page, and stops where the client waits for the code.
 */
export class ScriptedBrowser {
  private readonly cookies = new Map<string, string>();
  /** How often a password was typed. */
  passwordsTyped = 0;

  constructor(private readonly user: { readonly username: string; readonly password: string }) {}

  /** @returns the address, beginning with `redirectUri`, at which the client gets its answer */
  async open(address: URL, redirectUri: string): Promise<URL> {
    let response = await this.visit(address);
    let at = address;
    for (let page = 0; page < MAX_PAGES; page++) {
      const location = response.headers.get('location');
      if (location !== null) {
        at = new URL(location, at);
        if (isCallback(at, redirectUri)) return at;
        response = await this.visit(at);
        continue;
      }
      const html = await response.text();
      must(response.status === 200, `${at.pathname} answered ${response.status}: ${textOf(html)}`);
      const form = formOf(html);
      must(form !== undefined, `${at.pathname} shows no form: ${textOf(html)}`);
      if (form.fields.has('password')) {
        form.fields.set('username', this.user.username);
        form.fields.set('password', this.user.password);
        this.passwordsTyped += 1;
      }
      at = new URL(form.action, at);
      response = await this.visit(at, form.fields);
    }
    throw new Error(`no answer for the client after ${MAX_PAGES} pages`);
  }

  private async visit(address: URL, form?: URLSearchParams): Promise<Response> {
    // Cookies belong to a host name, whatever the port, as in a browser.
    const prefix = `${address.hostname} `;
    const kept = [...this.cookies].filter(([key]) => key.startsWith(prefix));
    const cookie = kept.map(([key, value]) => `${key.slice(prefix.length)}=${value}`).join('; ');
    const headers: Record<string, string> = cookie === '' ? {} : { cookie };
    const response = await fetch(address, { method: form ? 'POST' : 'GET', body: form, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value = ''] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined) this.cookies.set(`${prefix}${name}`, value);
    }
    return response;
  }
}

function isCallback(address: URL, redirectUri: string): boolean {
  const expected = new URL(redirectUri);
  return address.origin === expected.origin && address.pathname === expected.pathname;
}

function formOf(html: string): { action: string; fields: URLSearchParams } | undefined {
  const tag = /<form\b[^>]*>/i.exec(html)?.[0];
  if (tag === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of html.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(input, 'name');
    if (name !== undefined) fields.set(name, attribute(input, 'value') ?? '');
  }
  return { action: attribute(tag, 'action') ?? '', fields };
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return value?.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&amp;', '&');
}

function textOf(html: string): string {
  const body = html.replace(/<(style|title)\b[\s\S]*?<\/\1>/gi, '').replace(/<[^>]+>/g, ' ');
  return body.replace(/\s+/g, ' ').trim().slice(0, 200);
}
