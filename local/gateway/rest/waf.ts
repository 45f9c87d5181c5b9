import type { InspectedRequest } from '../../waf/evaluate';
import type { WebAcl } from '../../waf/web-acl';
import { headerValues } from '../request';
import type { RestRequest } from './request';
import type { RestResponse } from './response';

/** What a web ACL says about a request; a response of its own goes before that of the gateway. */
export function inspect(
  webAcl: WebAcl,
  request: RestRequest,
  body: Buffer | undefined,
): { readonly blocked: boolean; readonly response?: RestResponse } {
  const { action } = webAcl.decide(inspected(request, body, webAcl.bodyLimit), request.receivedAt);
  if (action.kind !== 'block') return { blocked: false };
  const custom = action.response;
  if (!custom) return { blocked: true };
  const headers = [
    ...(custom.contentType ? [['Content-Type', custom.contentType] as [string, string]] : []),
    ...Object.entries(custom.headers),
  ];
  return { blocked: true, response: { status: custom.status, headers, body: Buffer.from(custom.body) } };
}

/** @param body undefined: larger than API Gateway takes */
function inspected(request: RestRequest, body: Buffer | undefined, limit: number): InspectedRequest {
  return {
    sourceIp: request.sourceIp,
    method: request.method,
    path: request.fullPath,
    query: request.query,
    header: (name) => headerValues(request.rawHeaders, name)[0],
    body: (body ?? Buffer.alloc(0)).subarray(0, limit).toString('latin1'),
    oversize: body === undefined || body.length > limit,
  };
}
