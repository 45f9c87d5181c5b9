/** A person at a real browser: reads the page, uses mouse or keys, ends where the client waits. */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from 'playwright-core';
import type { DemoUser } from '../../../local/stack-file';
import { must } from './rungs';

const SCREENSHOTS = resolve(__dirname, '../../../.local/screenshots');
const MAX_TABS = 12;

export class Person {
  private constructor(
    readonly page: Page,
    private readonly user: DemoUser,
    private readonly foreign: string[],
  ) {}

  static async at(context: BrowserContext, user: DemoUser): Promise<Person> {
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (!request.isNavigationRequest() && !request.url().endsWith('/favicon.ico')) foreign.push(request.url());
    });
    return new Person(page, user, foreign);
  }

  /** What every page must be: readable by everybody, as wide as the screen, on its own. */
  async look(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    await this.page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    const found = violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target).join(', ')}`);
    must(found.length === 0, `axe finds on ${name}: ${found.join('; ')}`);
    const beyond = await this.page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    must(beyond === 0, `${name} is ${beyond} px wider than the screen`);
    must(this.foreign.length === 0, `${name} asks for ${this.foreign.join(', ')}`);
  }

  async decide(decision: 'Approve' | 'Deny'): Promise<void> {
    await this.page.getByRole('button', { name: decision, exact: true }).click();
  }

  async signIn(): Promise<void> {
    await this.page.getByLabel('User name').fill(this.user.username);
    await this.page.getByLabel('Password').fill(this.user.password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Tab to the button that is meant, then Enter. */
  async decideByKeyboard(decision: 'Approve' | 'Deny'): Promise<void> {
    for (let tabs = 0; tabs < MAX_TABS; tabs++) {
      await this.page.keyboard.press('Tab');
      const { text, outline } = await this.focused();
      must(outline !== '0px', `the focus on '${text}' cannot be seen`);
      if (text === decision) return this.page.keyboard.press('Enter');
    }
    throw new Error(`'${decision}' is not reached by ${MAX_TABS} tabs`);
  }

  /** The first field has the focus when the page opens. */
  async signInByKeyboard(): Promise<void> {
    await this.page.waitForURL(/\/login/);
    await this.page.keyboard.type(this.user.username);
    await this.page.keyboard.press('Tab');
    await this.page.keyboard.type(this.user.password);
    await this.page.keyboard.press('Enter');
  }

  async heading(): Promise<string> {
    return (await this.page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  }

  /** The address at which the client got its answer. */
  async answer(redirectUri: string): Promise<URL> {
    await this.page.waitForURL((url) => url.href.startsWith(redirectUri), { timeout: 10_000 });
    return new URL(this.page.url());
  }

  private focused(): Promise<{ text: string; outline: string }> {
    return this.page.evaluate(`(() => {
      const { innerText, tagName } = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
      return { text: innerText.trim() || tagName, outline: outlineStyle === 'none' ? '0px' : outlineWidth };
    })()`);
  }
}
