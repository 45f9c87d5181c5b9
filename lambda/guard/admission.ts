/**
 * The steps before a message reaches the server, in order: limits, origin, authenticate, revocation, the body, and
 * whether its sender may send it. A body is read only after its sender is known: nobody gets JSON parsed here without
 * a token.
 */
import { headersAgree } from './agreement';
import { authorize, overallRefusal } from './authorize';
import { callers } from './caller';
import type { GuardConfig } from './config';
import type { Exchange } from './exchange';
import { type Gate, gatesOf } from './gates';
import { admitBody, admitHead, type Limits } from './limits';
import { type Body, type Message, NO_BODY } from './message';
import { admitOrigin, type OriginFacts } from './origin';
import type { Policy } from './policy';
import { frozen, type Principal } from './principal';
import { ok, type Result, refuse } from './result';
import type { RequestStates } from './sessions/request-states';
import { createSessions, type Session, type SessionOptions } from './sessions/sessions';
import type { TokenFacts } from './tokens/authenticate';
import { authenticator } from './tokens/authenticator';
import { grantsTable } from './tokens/grants-table';
import { grantRevocation, noGrants, type Revocation } from './tokens/revocation';
import { signatureVerifier, type VerifySignature } from './tokens/signature';
import type { ToolCatalogue } from './tools/tools';

/** What may go on to the server. */
export interface Admitted {
  readonly body: Body;
  readonly principal: Principal;
  /** Of a legacy request, where the server keeps sessions. */
  readonly session?: Session;
}

export interface AdmissionOptions {
  readonly verifySignature?: VerifySignature;
  readonly revocation?: Revocation;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  readonly limits: Limits;
  readonly sessions: Omit<SessionOptions, 'mayRead'>;
  readonly states: RequestStates;
  readonly tools?: ToolCatalogue;
}

export type Admit = (request: Request, exchange: Exchange) => Promise<Result<Admitted>>;

export function admission(config: GuardConfig, policy: Policy, options: AdmissionOptions): Admit {
  const { tokenIssuer: issuer, jwksUri, tokenProfile: profile } = config;
  const { verifySignature = signatureVerifier({ issuer, jwksUri, profile }) } = options;
  const { revocation = revocationFor(config), clock, limits } = options;
  const origin = originFacts(config);
  const authenticate = authenticator(verifySignature, tokenFacts(config), clock);
  const gates: readonly Gate[] = gatesOf(config, options.tools);
  const sessions = createSessions(config, {
    ...options.sessions,
    mayRead: (principal, uri) =>
      authorize(subscription(uri), principal, policy, config.scopePrefix).refusal === undefined,
  });
  const callerOf = callers(config);

  /** The last step: what a client carries for the server is opened, and what the server keeps for it is found. */
  async function withSession(admitted: Admitted, method: string, headers: Headers): Promise<Result<Admitted>> {
    const opened = await options.states.open(admitted);
    if (!opened.ok || sessions === undefined) return opened;
    const session = await sessions.of({ method, headers, ...opened.value, now: clock() });
    return session.ok ? ok({ ...opened.value, session: session.value }) : session;
  }

  return async (request, exchange) => {
    if (exchange.call.overloaded) return refuse({ reason: 'too_busy' });
    const { method, headers } = request;
    const bodiless = sessions?.takes(method) === true;
    const head = bodiless ? ok(undefined) : admitHead(method, headers, limits);
    if (!head.ok) return sessions?.refused(head) ?? head;
    const from = admitOrigin(request.headers, origin);
    if (!from.ok) return from;
    const authenticated = await exchange.within('authenticate', () => authenticate(headers, request.url));
    if (!authenticated.ok) return authenticated;
    exchange.principal = authenticated.value;
    const living = await exchange.within('revocation', () => revocation(authenticated.value, clock()));
    if (!living.ok) {
      // The audit names the client that people know, not the broker in front of Cognito.
      if (living.refusal.reason === 'grant_revoked' && living.refusal.client !== undefined) {
        exchange.principal = { ...authenticated.value, client: living.refusal.client };
      }
      return living;
    }
    const principal = frozen(living.value);
    exchange.principal = principal;
    const read = bodiless
      ? ok('')
      : exchange.call.body === undefined
        ? ok(await request.text())
        : await exchange.call.body(limits.bodyBytes);
    if (!read.ok) return read;
    const text = read.value;
    exchange.requestBytes = Buffer.byteLength(text);
    const body = bodiless ? ok(NO_BODY) : admitBody(text, limits);
    if (!body.ok) return body;
    exchange.decisions = bodiless
      ? [{ message: { kind: 'notification', id: null, method, params: {} } }]
      : body.value.messages.map((message) => authorize(message, principal, policy, config.scopePrefix));
    const agreed = headersAgree(request.headers, body.value);
    if (!agreed.ok) {
      exchange.decisions = exchange.decisions.map((decision) => ({ ...decision, refusal: agreed.refusal }));
      return agreed;
    }
    const refusal = overallRefusal(exchange.decisions);
    if (refusal !== undefined) return refuse(refusal);
    const admitted: Admitted = { body: body.value, principal: callerOf(principal, request.headers) };
    for (const gate of gates) {
      const passed = await exchange.within('limits', () => gate(admitted, { headers: request.headers, now: clock() }));
      if (!passed.ok) {
        exchange.decisions = exchange.decisions.map((decision) => ({ ...decision, refusal: passed.refusal }));
        return passed;
      }
    }
    if (sessions === undefined && !options.states.carried(admitted.body)) return ok(admitted);
    const going = await exchange.within('session', () => withSession(admitted, method, headers));
    if (!going.ok) {
      exchange.decisions = exchange.decisions.map((decision) => ({ ...decision, refusal: going.refusal }));
    }
    return going;
  };
}

function subscription(uri: string): Message {
  return { kind: 'request', id: null, method: 'resources/subscribe', params: { uri } };
}

function revocationFor({ grants, regions }: GuardConfig): Revocation {
  return grants === undefined ? noGrants : grantRevocation(grantsTable(grants, process.env, fetch, regions));
}

function originFacts(config: GuardConfig): OriginFacts {
  const resource = new URL(config.resource);
  return { host: resource.host, origins: new Set([resource.origin, ...config.allowedOrigins]) };
}

function tokenFacts(config: GuardConfig): TokenFacts {
  return {
    issuer: config.tokenIssuer,
    resource: config.resource,
    scopePrefix: config.scopePrefix,
    scopes: new Set(config.policy.scopes),
    userClients: new Set(config.userClients),
    machineClients: new Set(config.machineClients),
    profile: config.tokenProfile,
  };
}
