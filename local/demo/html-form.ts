/** The one form of a page, as a person would send it. */
export interface HtmlForm {
  readonly action: string;
  readonly fields: URLSearchParams;
  /** Buttons that send a value of their own. */
  readonly buttons: readonly { readonly name: string; readonly value: string }[];
}

/** Finds the form of a page by its tags; enough for pages without script. */
export function formOf(html: string): HtmlForm | undefined {
  const tag = /<form\b[^>]*>/i.exec(html)?.[0];
  if (tag === undefined) return undefined;
  const fields = new URLSearchParams();
  for (const [input] of html.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(input, 'name');
    if (name !== undefined) fields.set(name, attribute(input, 'value') ?? '');
  }
  const buttons = [...html.matchAll(/<button\b[^>]*>/gi)].flatMap(([button]) => {
    const name = attribute(button, 'name');
    return name === undefined ? [] : [{ name, value: attribute(button, 'value') ?? '' }];
  });
  return { action: attribute(tag, 'action') ?? '', fields, buttons };
}

/** What a person reads, in one line. */
export function textOf(html: string): string {
  const body = html.replace(/<(style|title)\b[\s\S]*?<\/\1>/gi, '').replace(/<[^>]+>/g, ' ');
  return body.replace(/\s+/g, ' ').trim();
}

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1];
  return value
    ?.replaceAll('&quot;', '"')
    .replace(/&#(?:39|x27);/gi, "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
