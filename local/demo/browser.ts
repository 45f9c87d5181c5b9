import { CookieJar } from './cookie-jar';
import { formOf, type HtmlForm, textOf } from './html-form';
import { navigate } from './navigate';
import { must } from './report';

const MAX_PAGES = 12;
/** Of a page that nobody expected, so much is shown. */
const EXCERPT = 200;

/** What the user answers on a consent page. */
export type Decision = 'approve' | 'deny';

/**
 * What a person with a browser does at a sign-in: follows redirects, keeps cookies, decides on the consent page, fills
 * in the password, and stops where the client waits for the answer.
 */
export class ScriptedBrowser {
  private readonly cookies = new CookieJar();
  /** The forms that were shown, in their order. */
  readonly pages: ('sign-in' | 'consent' | 'other')[] = [];
  /** What each consent page said, in one line. */
  readonly consents: string[] = [];

  constructor(
    private readonly user: { readonly username: string; readonly password: string },
    private readonly decision: Decision = 'approve',
  ) {}

  get passwordsTyped(): number {
    return this.pages.filter((page) => page === 'sign-in').length;
  }

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
      const excerpt = textOf(html).slice(0, EXCERPT);
      must(response.status === 200, `${at.pathname} answered ${response.status}: ${excerpt}`);
      const form = formOf(html);
      must(form !== undefined, `${at.pathname} shows no form: ${excerpt}`);
      this.fillIn(form, html);
      at = new URL(form.action, at);
      // A page that sends no referrer hides its origin as well.
      const origin = response.headers.get('referrer-policy') === 'no-referrer' ? 'null' : at.origin;
      response = await this.visit(at, { fields: form.fields, origin });
    }
    throw new Error(`no answer for the client after ${MAX_PAGES} pages`);
  }

  private fillIn({ fields, buttons }: HtmlForm, html: string): void {
    const chosen = buttons.find(({ value }) => value === this.decision);
    if (fields.has('password')) {
      fields.set('username', this.user.username);
      fields.set('password', this.user.password);
      this.pages.push('sign-in');
    } else if (chosen) {
      fields.set(chosen.name, chosen.value);
      this.consents.push(textOf(html));
      this.pages.push('consent');
    } else {
      this.pages.push('other');
    }
  }

  private async visit(address: URL, form?: { fields: URLSearchParams; origin: string }): Promise<Response> {
    const cookie = this.cookies.header(address);
    const headers: Record<string, string> = {
      ...(cookie === undefined ? {} : { cookie }),
      ...(form === undefined ? {} : { origin: form.origin }),
    };
    const response = await navigate(address, { headers, fields: form?.fields });
    this.cookies.store(address, response.headers.getSetCookie());
    return response;
  }
}

function isCallback(address: URL, redirectUri: string): boolean {
  const expected = new URL(redirectUri);
  return address.origin === expected.origin && address.pathname === expected.pathname;
}
