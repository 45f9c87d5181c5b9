export interface LoginPage {
  readonly clientName: string;
  /** Where the form goes: `/login` with the query it came with. */
  readonly action: string;
  readonly csrf: string;
  readonly username?: string;
  readonly error?: string;
}

/** The sign-in form: no script, labels and error tied to their fields, one column that fits a phone. */
export function renderLoginPage(page: LoginPage): string {
  const invalid = page.error === undefined ? '' : ' aria-invalid="true" aria-describedby="error"';
  const error = page.error === undefined ? '' : `<p id="error" role="alert">${escapeHtml(page.error)}</p>`;
  return renderPage(
    'Sign in',
    `<h1>Sign in</h1>
<p>to continue to <strong>${escapeHtml(page.clientName)}</strong></p>
${error}
<form method="post" action="${escapeHtml(page.action)}">
<input type="hidden" name="_csrf" value="${escapeHtml(page.csrf)}">
<label for="username">User name</label>
<input id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus
 value="${escapeHtml(page.username ?? '')}"${invalid}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}>
<button type="submit">Sign in</button>
</form>
<p><small>Local stand-in for Amazon Cognito managed login. The users and their passwords are on the screen that
started this stack; they exist on this machine only.</small></p>`,
  );
}

export function renderErrorPage(message: string): string {
  return renderPage('Error', `<h1>Error</h1>\n<p role="alert">${escapeHtml(message)}</p>`);
}

function renderPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
body { margin: 0; padding: 1.5rem }
main { max-width: 22rem; margin: 5vh auto }
label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit }
label { margin-top: 1rem }
input, button { min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid GrayText; border-radius: .375rem }
button { margin-top: 1.5rem; border: 0; background: #0b5cad; color: #fff; cursor: pointer }
[role=alert] { padding: .5rem .75rem; border-left: .25rem solid #b3261e }
</style>
</head>
<body><main>
${body}
</main></body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
