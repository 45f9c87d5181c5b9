/** Headers of every page a person sees. */
import { createHash } from 'node:crypto';
import type { Branding } from '../../../lib/private/contract';
import { styleSheet } from './style';

/**
 * The style sheet carries the brand's colour, and so does its hash: hence a function of the branding.
 *
 * What is left out is left out on purpose. `form-action` would apply to the whole chain of redirects after the form
 * and stop the sign-in. `Cross-Origin-Opener-Policy` would cut a client that opened this page as a popup off from it.
 */
export function pageHeaders(branding: Branding): Readonly<Record<string, string>> {
  const hash = createHash('sha256').update(styleSheet(branding.color)).digest('base64');
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; frame-ancestors 'none'; base-uri 'none'`,
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}
