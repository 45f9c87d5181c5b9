/** What the pages have in common: the document around their content, who runs the service, where to get help. */
import type { Branding } from '../../../lib/private/contract';
import { Html, html, nothing } from './html';
import { plainText } from './plain-text';
import { styleSheet } from './style';

export interface Layout {
  readonly branding: Branding;
  /** Title of the window; never a name that a client chose. */
  readonly title: string;
  /** Shown at the top where the branding has no service name. */
  readonly serviceName?: string;
  readonly main: Html;
}

export function page({ branding, title, serviceName, main }: Layout): string {
  // Markup inside <style> is not escaped; it is made of constants and a checked colour.
  const style = new Html(`<style>${styleSheet(branding.color)}</style>`);
  const service = branding.serviceName || serviceName;
  return html`<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${plainText(title, 120)}</title>
${style}
</head>
<body>
${service === undefined ? nothing : html`<header><p>${isolated(service)}</p></header>`}
<main>
${main}
</main>
${support(branding.supportUrl)}
</body>
</html>
`.markup;
}

/** Text whose direction of writing stays its own affair. */
export function isolated(text: string, length?: number): Html {
  return html`<bdi>${plainText(text, length)}</bdi>`;
}

function support(address: string | undefined): Html {
  if (address === undefined || !/^(https:\/\/|mailto:)/i.test(address)) return nothing;
  return html`<footer><a href="${address}">Get help</a></footer>`;
}
