import type { ContextHeader } from '../context-header';
import type { ContextHeaderRule } from './contract';

/** Header names that every hop carries as they are; a server of AWS drops some others without a word. */
const NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;

/** Names with a meaning of their own, to HTTP, OAuth, MCP, browsers, proxies or AWS. */
const TAKEN =
  /^(authorization|cookie2?|set-cookie|host|origin|referer|user-agent|accept|range|te|trailer|via|upgrade|expect|from|date|age|allow|vary|server|location|etag|pragma|warning|forwarded|connection|keep-alive|transfer-encoding|max-forwards|cache-control|last-event-id|traceparent|tracestate|baggage|dpop|x-http-method-override|x-method-override|x-real-ip|x-request-id)$|^(proxy|content|mcp|accept|access-control|sec|if|www|x-forwarded|x-amz|x-amzn|x-original|x-rewrite|cloudfront|cf)-/;

/** Claims that say what a token may do or how it was made, and address nothing. */
const NO_ADDRESS: ReadonlySet<string> = new Set('scope token_use exp iat nbf auth_time jti origin_jti'.split(' '));

const MOST_HEADERS = 8;

/** Everything wrong with context headers, in words that say what to write instead. */
export function contextHeaderProblems(headers: readonly ContextHeader[]): string[] {
  const names = headers.map(({ header }) => header.toLowerCase());
  const problems = headers.flatMap(({ header, claim }, index) => {
    const where = `contextHeaders[${index}]`;
    const found: string[] = [];
    if (!NAME.test(header)) {
      found.push(`header '${header}' of ${where} is no header name: use letters, digits and '-', as in 'x-tenant'`);
    } else if (TAKEN.test(header.toLowerCase())) {
      found.push(`header '${header}' of ${where} has a meaning of its own: use a name of yours, as in 'x-tenant'`);
    } else if (names.indexOf(header.toLowerCase()) !== index) {
      found.push(`header '${header}' stands twice in \`contextHeaders\`: remove one`);
    }
    return [...found, ...claimProblems(claim, where)];
  });
  if (headers.length > MOST_HEADERS) {
    problems.push(`${headers.length} context headers are more than a client can be asked for: use ${MOST_HEADERS}`);
  }
  return problems;
}

function claimProblems(claim: string, where: string): string[] {
  if (!/^[\x21-\x7e]{1,128}$/.test(claim)) {
    return [`claim '${claim}' of ${where} is no claim's name: write it as the token has it, as in 'custom:tenant'`];
  }
  if (!NO_ADDRESS.has(claim)) return [];
  return [`claim '${claim}' of ${where} says nothing of what a caller may address: use a claim of yours`];
}

/** A context header as the guard reads it. */
export function contextHeaderRule({ header, claim, required = true }: ContextHeader): ContextHeaderRule {
  return { header: header.toLowerCase(), claim, required };
}
