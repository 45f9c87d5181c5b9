import { BrokerRoute } from '../private/contract';

/** How one of the broker's routes is open to the public, and why. */
export interface PublicRoute {
  readonly throttle: { readonly rateLimit: number; readonly burstLimit: number };
  /** Whether pages of any origin may call it, so that browsers ask first. */
  readonly crossOrigin: boolean;
  /** What protects it, since no authorizer does: nobody who calls it has a token yet. */
  readonly reason: string;
}

/** Clients cache the documents, so few requests are honest. */
export const DOCUMENT: PublicRoute = {
  throttle: { rateLimit: 20, burstLimit: 40 },
  crossOrigin: true,
  reason:
    'OAuth discovery documents are public by RFC 9728 and RFC 8414: a client reads them before it has a token; ' +
    'the function behind them answers from its configuration alone',
};

/** Why a preflight is open to the public. */
export const PREFLIGHT =
  'browsers send CORS preflights without credentials, so none could be checked; the answer is the same for everyone';

/**
 * Each route has a throttle of its own, so that a flood on one leaves the others alone. People come one by one to the
 * pages; clients come to the token endpoint four times an hour for every user.
 */
export const BROKER_ROUTES: Readonly<Record<keyof typeof BrokerRoute, PublicRoute>> = {
  authorize: {
    throttle: { rateLimit: 20, burstLimit: 40 },
    crossOrigin: false,
    reason:
      'the authorization endpoint (RFC 6749 §3.1) is where people begin to sign in: it checks client, redirect URI and ' +
      'PKCE and shows a page, but changes nothing and hands nothing out',
  },
  consent: {
    throttle: { rateLimit: 20, burstLimit: 40 },
    crossOrigin: false,
    reason:
      'takes the form of the consent page before anyone is signed in: the function requires the CSRF token of that page ' +
      'and the cookie of the same browser',
  },
  callback: {
    throttle: { rateLimit: 20, burstLimit: 40 },
    crossOrigin: false,
    reason:
      'Cognito sends people here after they signed in: the function requires an unused state, from the browser that ' +
      'began, and redeems the code itself',
  },
  token: {
    throttle: { rateLimit: 50, burstLimit: 100 },
    crossOrigin: true,
    reason:
      'the token endpoint (RFC 6749 §3.2) authenticates clients itself: by PKCE verifier and code, refresh token, client ' +
      'secret or signed assertion',
  },
  revoke: {
    throttle: { rateLimit: 20, burstLimit: 40 },
    crossOrigin: true,
    reason:
      'the revocation endpoint (RFC 7009) authenticates clients itself; what it is given is a token, which it can only end',
  },
  register: {
    throttle: { rateLimit: 20, burstLimit: 40 },
    crossOrigin: true,
    reason:
      'dynamic registration (RFC 7591) is open by its nature and was chosen by name: the function counts registrations ' +
      'per source address and in all, and lets unused ones expire',
  },
};

/** Names of the routes that exist. */
export function brokerRoutes(registration: boolean): (keyof typeof BrokerRoute)[] {
  const names = Object.keys(BrokerRoute) as (keyof typeof BrokerRoute)[];
  return registration ? names : names.filter((name) => name !== 'register');
}
