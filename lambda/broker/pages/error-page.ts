/** The page for what must not be sent back to a client: what happened, what to do now, what to quote to support. */
import { html } from './html';
import { page } from './layout';
import { plainText } from './plain-text';
import type { ErrorView } from './view';

export function errorPage(view: ErrorView): string {
  return page({
    branding: view.branding,
    title: view.title,
    serviceName: view.serverName,
    main: html`<h1>${plainText(view.title, 200)}</h1>
<p>${plainText(view.advice, 600)}</p>
<p class="note">If you ask for help, quote this reference: <code>${plainText(view.errorId, 100)}</code></p>`,
  });
}
