/** What a person meets between a client's request and its answer, in a real browser. */
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Person } from './support/person';
import { must, type Registration, type Rung } from './support/rungs';
import { attempt, mustAnswer } from './support/sign-in';
import { type ClientStack, person } from './support/stack';

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };
const NARROW = { viewport: { width: 320, height: 640 } };

/** A client on the web, where its document is; what it answers there is of no interest. */
const WEB_REDIRECT = 'https://client.example.com/callback';
const LONG_NAME = `${'Totally Trustworthy Official Assistant '.repeat(4)}\u202Egpj.exe <b>bold</b>`;

type Scenario = (person: Person, name: string) => Promise<string>;

export function browserRungs(browser: Browser, running: ClientStack, callback: string): Rung[] {
  const { stack, documents } = running;
  const [local] = Object.keys(stack.clients);
  must(local !== undefined, 'the stack has no pre-registered client');
  const web = documents.publish('/web.json', { client_name: 'Acme Assistant', redirect_uris: [WEB_REDIRECT] });

  const rung = (
    registration: Registration,
    what: string,
    name: string,
    options: BrowserContextOptions,
    scenario: Scenario,
  ): Rung => ({
    client: 'Chromium',
    version: browser.version().split('.')[0] ?? '',
    registration,
    what,
    run: async () => {
      const context = await browser.newContext({ ...options, ignoreHTTPSErrors: true });
      try {
        return await scenario(await Person.at(context, person(stack)), name);
      } finally {
        await context.close();
      }
    },
  });

  const mouse: Scenario = async (someone, name) => {
    const asked = attempt(stack, local, callback, ['notes:read', 'notes:write']);
    await someone.page.goto(asked.address);
    await someone.look(`${name}-consent`);
    await someone.decide('Approve');
    await someone.page.waitForURL(/\/login/);
    await someone.look(`${name}-login`);
    await someone.signIn();
    return asked.use(await someone.answer(callback));
  };

  return [
    rung('pre-registered', 'consent and sign-in by mouse, desktop', 'desktop', DESKTOP, mouse),
    rung('pre-registered', 'consent and sign-in by touch, phone', 'phone', PHONE, mouse),
    rung('pre-registered', 'the same in the dark, phone', 'phone-dark', { ...PHONE, colorScheme: 'dark' }, mouse),
    rung('pre-registered', 'the same at 320 pixels', 'narrow', NARROW, mouse),
    rung('pre-registered', 'consent and sign-in by keyboard alone', 'keyboard', DESKTOP, async (someone) => {
      const asked = attempt(stack, local, callback);
      await someone.page.goto(asked.address);
      await someone.decideByKeyboard('Approve');
      await someone.signInByKeyboard();
      return asked.use(await someone.answer(callback));
    }),
    rung('pre-registered', 'provider session live: asked again, no password', 'again', DESKTOP, async (someone) => {
      const first = attempt(stack, local, callback);
      await someone.page.goto(first.address);
      await someone.decide('Approve');
      await someone.signIn();
      await someone.answer(callback);
      const second = attempt(stack, web, WEB_REDIRECT);
      await someone.page.goto(second.address);
      must((await someone.heading()).includes('Acme Assistant'), `the page says ${await someone.heading()}`);
      await someone.decide('Approve');
      return `no password; ${await second.use(await someone.answer(WEB_REDIRECT))}`;
    }),
    rung('metadata document', 'consent for a client on the web, desktop', 'web', DESKTOP, async (someone, name) => {
      const asked = attempt(stack, web, WEB_REDIRECT);
      await someone.page.goto(asked.address);
      await someone.look(`${name}-consent`);
      await someone.decide('Approve');
      await someone.signIn();
      return asked.use(await someone.answer(WEB_REDIRECT));
    }),
    rung(
      'metadata document',
      'deny by keyboard: the client is told, nobody signs in',
      'deny',
      PHONE,
      async (someone) => {
        const asked = attempt(stack, web, WEB_REDIRECT);
        await someone.page.goto(asked.address);
        await someone.decideByKeyboard('Deny');
        const answer = await someone.answer(WEB_REDIRECT);
        mustAnswer(answer, stack, asked.state);
        must(answer.searchParams.get('error') === 'access_denied', `the answer is ${answer.search}`);
        return 'access_denied, with state and iss';
      },
    ),
    rung(
      'registers itself',
      'consent for a client with a boastful name, phone',
      'unverified',
      PHONE,
      async (someone, name) => {
        const asked = attempt(stack, await register(stack.registrationEndpoint, callback), callback);
        await someone.page.goto(asked.address);
        await someone.look(`${name}-consent`);
        must((await someone.page.locator('b').count()) === 0, 'markup in the name is markup on the page');
        await someone.decide('Approve');
        await someone.signIn();
        return asked.use(await someone.answer(callback));
      },
    ),
    rung('registers itself', 'unknown client: a page, no redirect', 'error', PHONE, async (someone, name) => {
      const asked = attempt(stack, 'nobody', callback);
      const response = await someone.page.goto(asked.address);
      must(response?.status() === 400, `answers ${response?.status()}`);
      await someone.look(`${name}-unknown-client`);
      return someone.heading();
    }),
    rung('pre-registered', 'a callback that was used already: a page', 'used', DESKTOP, async (someone, name) => {
      await someone.page.goto(`${stack.authorizationServer}/oauth2/callback?code=a&state=b`);
      await someone.look(`${name}-callback`);
      return someone.heading();
    }),
    rung('pre-registered', 'a wrong password, phone', 'wrong-password', PHONE, async (someone, name) => {
      const asked = attempt(stack, local, callback);
      await someone.page.goto(asked.address);
      await someone.decide('Approve');
      await someone.page.getByLabel('User name').fill('ada@example.com');
      await someone.page.getByLabel('Password').fill('no');
      await someone.page.getByRole('button', { name: 'Sign in' }).click();
      const alert = await someone.page.getByRole('alert').textContent();
      await someone.look(`${name}-login`);
      await someone.signIn();
      await asked.use(await someone.answer(callback));
      return alert ?? '';
    }),
    rung('pre-registered', 'back from the sign-in, then on again', 'back', DESKTOP, async (someone) => {
      const asked = attempt(stack, local, callback);
      await someone.page.goto(asked.address);
      await someone.decide('Approve');
      await someone.page.waitForURL(/\/login/);
      await someone.page.goBack();
      await someone.decide('Approve');
      await someone.signIn();
      return asked.use(await someone.answer(callback));
    }),
  ];
}

async function register(endpoint: string | undefined, redirectUri: string): Promise<string> {
  must(endpoint !== undefined, 'the stack has no registration endpoint');
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ client_name: LONG_NAME, redirect_uris: [redirectUri] }),
  });
  const { client_id: clientId } = (await response.json()) as { client_id?: string };
  must(clientId !== undefined, `registration answered ${response.status}`);
  return clientId;
}
