import { consentPage } from '../../../../lambda/broker/pages/consent-page';
import { readable, view } from './support';

test('A7 names the client, its host, the server, every scope in words and the redirect host', () => {
  const text = readable(consentPage({ ...view, redirectHost: 'app.example.com' }));
  expect(text).toContain('Allow Claude to use Notes for you?');
  expect(text).toContain('Described by claude.ai, which answers for this name');
  expect(text).toContain('app.example.com');
  expect(text).toContain('Read your notes');
  expect(text).toContain('Create and delete your notes');
});

test('A7 the form posts the hidden fields as they are, and its two buttons the decision', () => {
  const page = consentPage({ ...view, fields: { transaction: 'a"b&c<d', csrf: 'x\u202ey' } });
  expect(page).toContain('<form method="post" action="/oauth2/consent">');
  expect(page).toContain('<input type="hidden" name="transaction" value="a&quot;b&amp;c&lt;d">');
  expect(page).toContain('<input type="hidden" name="csrf" value="x\u202ey">');
  expect([...page.matchAll(/<button type="submit" name="decision" value="(\w+)"/g)].map((match) => match[1])).toEqual([
    'deny',
    'approve',
  ]);
});

test('A7 no script, no event handler, nothing loaded, no focus set for the reader', () => {
  const page = consentPage({ ...view, branding: { supportUrl: 'https://help.example.com/' } });
  expect(page).not.toMatch(/<script|\son\w+=|\ssrc=|<link|<img|<iframe|autofocus|javascript:/i);
});

test('one heading of the first rank, a language, a main landmark', () => {
  const page = consentPage(view);
  expect(page.match(/<h1>/g)).toHaveLength(1);
  expect(page).toContain('<html lang="en"');
  expect(page.match(/<main>/g)).toHaveLength(1);
});

describe('A7 the warning', () => {
  const only = 'Only continue if you started this yourself just now';

  test('none for a verified client on the web', () => {
    expect(readable(consentPage(view))).not.toContain(only);
  });

  test('for a program on this computer', () => {
    const text = readable(consentPage({ ...view, loopback: true, redirectHost: '127.0.0.1:49152' }));
    expect(text).toContain(`${only}, in a program on this computer.`);
    expect(text).toContain('any program on it could be waiting there');
    expect(text).not.toContain('Nobody has checked');
  });

  test('for a client that registered itself', () => {
    const client = { kind: 'dynamic', name: 'Claude' } as const;
    const text = readable(consentPage({ ...view, client, redirectHost: 'app.example.com' }));
    expect(text).toContain('Nobody has checked who this is');
    expect(text).toContain('Not verified: it chose this name itself.');
    expect(text).toContain(`${only}, and know app.example.com.`);
    expect(text).toContain('Allow “Claude” to use');
  });

  test('for both at once', () => {
    const client = { kind: 'dynamic', name: 'Claude' } as const;
    const text = readable(consentPage({ ...view, client, loopback: true, redirectHost: 'localhost:3335' }));
    expect(text).toContain('Nobody has checked who this is');
    expect(text).toContain(`${only}, in a program on this computer.`);
  });

  test('none for a pre-registered client on the web', () => {
    const text = readable(consentPage({ ...view, client: { kind: 'pre-registered', name: 'Desk' } }));
    expect(text).toContain('Registered by the people who run this server.');
    expect(text).not.toContain(only);
  });
});

describe('A7 a poisoned name', () => {
  const named = (name: string) => consentPage({ ...view, client: { kind: 'dynamic', name } });

  test('stays text', () => {
    const page = named('</h1><script>alert(1)</script><h1 title="');
    expect(page).not.toContain('<script');
    expect(page.match(/<h1>/g)).toHaveLength(1);
  });

  test('turns no text around: controls removed, the rest isolated', () => {
    const page = named('\u202eedualC\u2066');
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    expect(page).toContain('<bdi>edualC</bdi>');
  });

  test('of invisible characters is called what it is', () => {
    expect(readable(named('\u200b\u3164'))).toContain('A program without a name');
  });

  test('never reaches the title of the window', () => {
    expect(named('Your bank')).toContain('<title>Approve access to Notes</title>');
  });
});

test('A7 scopes, server and hosts are escaped as well', () => {
  const page = consentPage({
    ...view,
    serverName: '<i>s</i>',
    allows: ['<i>a</i>'],
    redirectHost: '<i>r</i>',
    client: { kind: 'metadata-document', name: 'n', host: '<i>h</i>' },
    branding: { serviceName: '<i>b</i>' },
  });
  expect(page).not.toContain('<i>');
});

test('the branding: service name, colour, support link', () => {
  const branding = { serviceName: 'Example tools', color: '#0b6e4f', supportUrl: 'mailto:help@example.com' };
  const page = consentPage({ ...view, branding });
  expect(page).toContain('<header><p><bdi>Example tools</bdi></p></header>');
  expect(page).toContain('--brand:#0b6e4f');
  expect(page).toContain('<a href="mailto:help@example.com">Get help</a>');
});

test.each(['javascript:alert(1)', 'http://help.example.com', 'data:text/html,x', ' https://x.example'])(
  'A7 %j is no support link',
  (supportUrl) => {
    expect(consentPage({ ...view, branding: { supportUrl } })).not.toContain('<a ');
  },
);
