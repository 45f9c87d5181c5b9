/**
 * Every reason for which the guard refuses, and what the wire gets for it. The reason itself goes to the
 * audit log; the wire gets a status, a challenge and a sentence that tell an attacker nothing new.
 * Statuses and challenges: RFC 6750 §3, RFC 9728 §5.1, MCP 2026-07-28 (authorization, transports).
 */
import type { JsonRpcId } from './message';

export type Refusal =
  | { readonly reason: 'method_not_allowed'; readonly allow?: string }
  | { readonly reason: 'unsupported_media_type' }
  | { readonly reason: 'body_too_large' }
  | { readonly reason: 'body_incomplete' }
  | { readonly reason: 'not_json' }
  | { readonly reason: 'too_deep' }
  | { readonly reason: 'batch_size' }
  | { readonly reason: 'not_json_rpc' }
  | { readonly reason: 'header_mismatch'; readonly header: string }
  | { readonly reason: 'origin_not_allowed' }
  | { readonly reason: 'host_not_allowed' }
  | { readonly reason: 'token_missing' }
  | { readonly reason: 'token_in_query' }
  | { readonly reason: TokenFault }
  | { readonly reason: 'keys_unavailable' }
  /** `client`: whom the grant was given to, where that is known. */
  | { readonly reason: 'grant_revoked'; readonly client?: string }
  | { readonly reason: 'grants_unavailable' }
  | { readonly reason: 'insufficient_scope'; readonly scopes: readonly string[] }
  /** `modern`: the request is of 2026-07-28, whose answers differ. */
  | { readonly reason: 'no_rule'; readonly kind: TargetKind; readonly name: string; readonly modern?: boolean }
  | { readonly reason: 'group_missing'; readonly kind: TargetKind; readonly name: string; readonly modern?: boolean }
  | { readonly reason: 'method_unknown'; readonly modern?: boolean }
  | { readonly reason: 'session_missing' }
  | { readonly reason: 'session_unknown' }
  | { readonly reason: 'sessions_unavailable' }
  | { readonly reason: 'request_state_invalid' }
  | { readonly reason: 'context_header'; readonly header: string }
  | { readonly reason: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly reason: 'rate_limit_unavailable' }
  | { readonly reason: 'too_busy' }
  | { readonly reason: 'arguments_invalid'; readonly problem: string }
  | { readonly reason: 'asks_for_credentials'; readonly name: string }
  /** A rule allows the name, but the server lists no such tool. */
  | { readonly reason: 'tool_unknown'; readonly name: string }
  | { readonly reason: 'moderated' }
  | { readonly reason: 'moderation_unavailable' }
  | { readonly reason: 'deadline' }
  | { readonly reason: 'result_too_large' }
  | { readonly reason: 'server_failed' }
  /** A server in another process: it was given nothing of the request, or nobody knows what it made of it. */
  | { readonly reason: 'server_unavailable' }
  | { readonly reason: 'answer_lost' };

/** What is wrong with a token that was presented. */
export type TokenFault =
  | 'token_malformed'
  | 'token_algorithm'
  | 'token_signature'
  | 'token_key_unknown'
  | 'token_issuer'
  | 'token_use'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_audience'
  | 'token_client'
  | 'token_scope'
  | 'token_subject';

export type TargetKind = 'tool' | 'prompt' | 'resource';

/** What a refusal looks like on the wire. */
export interface WireRefusal {
  readonly status: number;
  /** JSON-RPC error code. */
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a challenge needs to know of this server. */
export interface ChallengeFacts {
  /** Address of the protected resource metadata. */
  readonly resourceMetadata: string;
}

const SERVER_ERROR = -32000;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;
const PARSE_ERROR = -32700;
const RESOURCE_NOT_FOUND = -32002;
const SESSION_NOT_FOUND = -32001;
const HEADER_MISMATCH = -32020;

/** The status, code, sentence and headers of a refusal. */
export function wireRefusal(refusal: Refusal, facts: ChallengeFacts): WireRefusal {
  switch (refusal.reason) {
    case 'method_not_allowed':
      return {
        status: 405,
        code: SERVER_ERROR,
        message: 'Method not allowed',
        headers: { Allow: refusal.allow ?? 'POST' },
      };
    case 'unsupported_media_type':
      return { status: 415, code: SERVER_ERROR, message: 'Content-Type must be application/json, not compressed' };
    case 'body_too_large':
      return { status: 413, code: SERVER_ERROR, message: 'The request body is too large' };
    case 'body_incomplete':
      return { status: 408, code: SERVER_ERROR, message: 'The request body did not arrive in time' };
    case 'not_json':
      return { status: 400, code: PARSE_ERROR, message: 'Parse error' };
    case 'too_deep':
      return { status: 400, code: INVALID_REQUEST, message: 'The request body is nested too deeply' };
    case 'batch_size':
      return { status: 400, code: INVALID_REQUEST, message: 'The batch is empty or has too many messages' };
    case 'not_json_rpc':
      return { status: 400, code: INVALID_REQUEST, message: 'The body is not a JSON-RPC 2.0 message' };
    case 'header_mismatch':
      return { status: 400, code: HEADER_MISMATCH, message: `${refusal.header} does not agree with the body` };
    case 'origin_not_allowed':
      return { status: 403, code: SERVER_ERROR, message: 'This Origin is not allowed' };
    case 'host_not_allowed':
      return { status: 403, code: SERVER_ERROR, message: 'This Host is not allowed' };
    case 'token_missing':
      return unauthorized(facts, 'An access token is required');
    case 'token_in_query':
      return {
        ...unauthorized(facts, 'Send the access token in the Authorization header', 'invalid_request'),
        status: 400,
      };
    case 'token_malformed':
    case 'token_algorithm':
    case 'token_signature':
    case 'token_key_unknown':
    case 'token_issuer':
    case 'token_use':
    case 'token_expired':
    case 'token_not_yet_valid':
    case 'token_audience':
    case 'token_client':
    case 'token_scope':
    case 'token_subject':
    case 'grant_revoked':
      return unauthorized(facts, 'The access token is not valid for this server', 'invalid_token');
    case 'keys_unavailable':
    case 'grants_unavailable':
      return {
        status: 503,
        code: INTERNAL_ERROR,
        message: 'The access token cannot be verified right now',
        headers: { 'Retry-After': '5' },
      };
    case 'insufficient_scope':
      return insufficientScope(facts, refusal.scopes);
    case 'no_rule':
    case 'group_missing':
      return unknownTarget(refusal.kind, refusal.name, refusal.modern);
    case 'method_unknown':
      return { status: refusal.modern ? 404 : 200, code: METHOD_NOT_FOUND, message: 'Method not found' };
    case 'session_missing':
      return { status: 400, code: SERVER_ERROR, message: 'Mcp-Session-Id is required' };
    case 'session_unknown':
      return { status: 404, code: SESSION_NOT_FOUND, message: 'Session not found' };
    case 'request_state_invalid':
      return { status: 200, code: INVALID_PARAMS, message: 'requestState is not valid for this request' };
    case 'context_header':
      return { status: 403, code: SERVER_ERROR, message: `${refusal.header} is not what the access token is for` };
    case 'rate_limited':
      return {
        status: 429,
        code: SERVER_ERROR,
        message: 'Too many calls: try again later',
        headers: { 'Retry-After': String(refusal.retryAfterSeconds) },
      };
    case 'sessions_unavailable':
    case 'rate_limit_unavailable':
    case 'too_busy':
    case 'moderation_unavailable':
    case 'server_unavailable':
      return {
        status: 503,
        code: INTERNAL_ERROR,
        message: 'The server cannot take this call right now',
        headers: { 'Retry-After': '5' },
      };
    case 'arguments_invalid':
      return { status: 200, code: INVALID_PARAMS, message: `Invalid arguments: ${refusal.problem}` };
    case 'asks_for_credentials':
    case 'tool_unknown':
      return unknownTarget('tool', refusal.name);
    case 'moderated':
      return { status: 200, code: INTERNAL_ERROR, message: 'The result was withheld by a content policy' };
    case 'deadline':
      return { status: 504, code: INTERNAL_ERROR, message: 'The request took too long' };
    case 'result_too_large':
      return { status: 200, code: INTERNAL_ERROR, message: 'The result is too large' };
    case 'server_failed':
      return { status: 500, code: INTERNAL_ERROR, message: 'Internal error' };
    case 'answer_lost':
      return {
        status: 503,
        code: INTERNAL_ERROR,
        message: 'The server ended before it answered: what was asked may have been done',
        headers: { 'Retry-After': '5' },
      };
  }
}

/** What an unknown tool, prompt or resource answers; what a caller may not see answers the same. */
export function unknownTarget(kind: TargetKind, name: string, modern = false): WireRefusal {
  switch (kind) {
    case 'tool':
      return { status: 200, code: INVALID_PARAMS, message: `Tool ${name} not found` };
    case 'prompt':
      return { status: 200, code: INVALID_PARAMS, message: `Prompt ${name} not found` };
    case 'resource':
      return {
        status: 200,
        code: modern ? INVALID_PARAMS : RESOURCE_NOT_FOUND,
        message: 'Resource not found',
        data: { uri: name },
      };
  }
}

/** The body of a refusal; `id` is that of the one request it answers, else null. */
export function refusalBody(wire: WireRefusal, id: JsonRpcId | null, errorId: string): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    error: { code: wire.code, message: wire.message, data: { ...wire.data, errorId } },
    id,
  });
}

function unauthorized(facts: ChallengeFacts, description: string, error?: string): WireRefusal {
  return {
    status: 401,
    code: SERVER_ERROR,
    message: description,
    headers: {
      'WWW-Authenticate': challenge({
        error,
        error_description: error === undefined ? undefined : description,
        resource_metadata: facts.resourceMetadata,
      }),
    },
  };
}

/** The body repeats the challenge: some gateways rename the header on the way. */
function insufficientScope(facts: ChallengeFacts, scopes: readonly string[]): WireRefusal {
  const description = 'The access token lacks a scope that this request needs';
  const parameters = {
    error: 'insufficient_scope',
    error_description: description,
    scope: scopes.join(' '),
    resource_metadata: facts.resourceMetadata,
  };
  return {
    status: 403,
    code: SERVER_ERROR,
    message: description,
    data: parameters,
    headers: { 'WWW-Authenticate': challenge(parameters) },
  };
}

function challenge(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(parameters).filter((entry) => entry[1] !== undefined && entry[1] !== '');
  return `Bearer ${given.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
