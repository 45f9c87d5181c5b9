import { type CfnResource, Lazy } from 'aws-cdk-lib';
import type { AuthorizationBinding, HostingBinding } from '../private/bindings';
import { MACHINES_METADATA } from '../private/contract';

/**
 * Writes beside the guard who the machine clients are that another region's stack makes: its variable has one reference
 * to all of their ids, which says nothing to those who review the template.
 */
export function describeMachines({ target, service }: HostingBinding, { machineScopes }: AuthorizationBinding): void {
  if (machineScopes === undefined) return;
  const guard = target.kind === 'function' ? target.function : service?.taskDefinition;
  const resource = guard?.node.defaultChild as CfnResource;
  // Machine clients are added later.
  resource.addMetadata(MACHINES_METADATA, Lazy.any({ produce: machineScopes }));
}
