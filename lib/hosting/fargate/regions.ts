import { type IResource, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Whether a resource is known to be in another region than the stack. */
export function inOtherRegion(scope: Construct, resource: IResource): boolean {
  const here = Stack.of(scope).region;
  const there = resource.env.region;
  return !Token.isUnresolved(here) && !Token.isUnresolved(there) && here !== there;
}
