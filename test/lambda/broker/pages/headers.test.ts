import { createHash } from 'node:crypto';
import { consentPage } from '../../../../lambda/broker/pages/consent-page';
import { errorPage } from '../../../../lambda/broker/pages/error-page';
import { pageHeaders } from '../../../../lambda/broker/pages/headers';
import { view } from './support';

const branding = { color: '#0b6e4f' };

test.each([
  ['consent', consentPage({ ...view, branding })],
  ['error', errorPage({ branding, serverName: 'Notes', title: 'No', advice: 'Start again.', errorId: '1' })],
])('A7 the policy allows the one style of the %s page, by its hash', (_name, page) => {
  const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)];
  expect(styles).toHaveLength(1);
  const hash = createHash('sha256').update(styles[0]![1]!).digest('base64');
  expect(pageHeaders(branding)['Content-Security-Policy']).toBe(
    `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'`,
  );
});

test('A7 another colour is another hash', () => {
  expect(pageHeaders(branding)).not.toEqual(pageHeaders({}));
});

test('A7 not frameable, not kept, not told to the next site', () => {
  expect(pageHeaders({})).toMatchObject({
    'Content-Type': 'text/html; charset=utf-8',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
});

test('A7 no form-action: it would stop the redirect to sign-in; no opener policy: it would cut popups off', () => {
  const headers = pageHeaders({});
  expect(headers['Content-Security-Policy']).not.toContain('form-action');
  expect(headers).not.toHaveProperty('Cross-Origin-Opener-Policy');
});
