import type { HttpTarget } from '../gateway/http-target';
import type { ContainerHost } from './container-host';

/** Of a network interface that the link has in the VPC. */
const LINK_ADDRESS = '10.0.0.10';

/** Load balancers behind the VPC links of a REST API, which names the load balancer and finds its listener by the URL's port. */
export function httpTargetOf(containers: ContainerHost): HttpTarget {
  return async ({ linkId, targetArn, method, url, headers, body, signal }) => {
    const { protocol, port, pathname, search } = new URL(url);
    const listenerArn = containers.listenerArnOf(targetArn, Number(port || (protocol === 'https:' ? 443 : 80)));
    const sent: Record<string, string> = {};
    for (const [name, value] of headers) {
      const key = name.toLowerCase();
      sent[key] = key in sent ? `${sent[key]},${value}` : value;
    }
    const request = { method, target: `${pathname}${search}`, headers: sent, body, sourceIp: LINK_ADDRESS, signal };
    const answer = await containers.forward(linkId, listenerArn, request);
    if (!answer) throw new Error('security groups keep the VPC link away from the load balancer');
    const flat = Object.entries(answer.headers).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value as string]),
    );
    return { status: answer.status, headers: flat, body: answer.body };
  };
}
