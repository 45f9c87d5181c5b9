/**
 * The page that asks whether a client may act for the person who reads it. Who asks, for what and where the answer
 * goes come first; the buttons come last, the refusal before the approval, and neither has the focus.
 */
import { type Html, html, nothing } from './html';
import { isolated, page } from './layout';
import { plainText } from './plain-text';
import type { ConsentView } from './view';

/** Longest name DNS allows, and a port. */
const HOST_LENGTH = 260;
const SENTENCE_LENGTH = 300;

export function consentPage(view: ConsentView): string {
  const client = isolated(nameOf(view));
  const server = isolated(view.serverName);
  return page({
    branding: view.branding,
    title: `Approve access to ${plainText(view.serverName)}`,
    serviceName: view.serverName,
    main: html`<h1>Allow ${view.client.kind === 'dynamic' ? html`“${client}”` : client} to use ${server} for you?</h1>
${warning(view)}
<dl>
<dt>Who asks</dt>
<dd><strong>${client}</strong><span class="note">${standing(view)}</span></dd>
<dt>For which server</dt>
<dd><strong>${server}</strong></dd>
<dt>Where you are sent with your answer</dt>
<dd><strong>${isolated(view.redirectHost, HOST_LENGTH)}</strong>${
      view.loopback ? html`<span class="note">A program on this computer.</span>` : nothing
    }</dd>
</dl>
<section class="allows" aria-labelledby="allows">
<h2 id="allows">If you approve, it may</h2>
<ul>
${view.allows.map((sentence) => html`<li>${isolated(sentence, SENTENCE_LENGTH)}</li>\n`)}</ul>
</section>
<p>If you approve, you sign in next. It can then do the above as you, and nothing else.</p>
<form method="post" action="${view.action}">
${Object.entries(view.fields).map(
  ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
)}<button type="submit" name="decision" value="deny">Deny</button>
<button type="submit" name="decision" value="approve" class="approve">Approve</button>
</form>`,
  });
}

/** A name of nothing but invisible characters is no name. */
function nameOf({ client }: ConsentView): string {
  return plainText(client.name) || client.host || 'A program without a name';
}

/** Who stands behind the name. */
function standing({ client }: ConsentView): Html {
  switch (client.kind) {
    case 'pre-registered':
      return html`Registered by the people who run this server.`;
    case 'metadata-document':
      return html`Described by ${isolated(client.host ?? '', HOST_LENGTH)}, which answers for this name.`;
    case 'dynamic':
      return html`Not verified: it chose this name itself.`;
  }
}

function warning({ client, loopback, redirectHost }: ConsentView): Html {
  const unverified = client.kind === 'dynamic';
  if (!unverified && !loopback) return nothing;
  return html`<section class="warning" aria-labelledby="warning">
<h2 id="warning">${unverified ? 'Nobody has checked who this is' : 'Check that this was you'}</h2>
${unverified ? html`<p>Anyone can ask under any name, so the name above proves nothing.</p>` : nothing}
${loopback ? html`<p>Your answer goes to a program on this computer, and any program on it could be waiting there.</p>` : nothing}
<p><strong>Only continue if you started this yourself just now, ${
    loopback ? 'in a program on this computer' : html`and know ${isolated(redirectHost, HOST_LENGTH)}`
  }.</strong></p>
</section>`;
}
