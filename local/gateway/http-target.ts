import type { Readable } from 'node:stream';

/** A request that leaves the gateway through a VPC link. */
export interface HttpTargetRequest {
  readonly linkId: string;
  /** ARN of the load balancer, or of its listener. */
  readonly targetArn: string;
  readonly method: string;
  /** The whole URL as deployed, query included: scheme and port say which listener is meant. `Host` is a header. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** The client is gone, or the gateway waits no longer. */
  readonly signal: AbortSignal;
}

export interface HttpTargetResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Readable;
}

/** What stands behind VPC links; rejects where nothing is reached. */
export type HttpTarget = (request: HttpTargetRequest) => Promise<HttpTargetResponse>;
