import { LocalFailure } from '../failure';
import type { Stack } from '../template/stack';
import type { Unplaced } from './endpoints';
import { type Resource, resourcesOf } from './reader';

/** The addresses of REST APIs: a custom domain first, then the API's own, whose paths begin with the stage. */
export function restApiOrigins(stacks: readonly Stack[]): Unplaced[] {
  const mappings = resourcesOf(stacks, 'AWS::ApiGateway::BasePathMapping');
  const stages = resourcesOf(stacks, 'AWS::ApiGateway::Stage');
  refuseSharedDomains(mappings);
  return resourcesOf(stacks, 'AWS::ApiGateway::RestApi').flatMap((api) => {
    const stage = stages.find((one) => one.required('RestApiId') === api.id)?.id ?? '';
    return [
      ...mappings
        .filter((mapping) => mapping.property('RestApiId') === api.id)
        .map((mapping) => customDomain(mapping, api, stage)),
      {
        kind: 'execute-api' as const,
        deployed: `https://${api.id}.execute-api.${api.stack.artifact.region}.amazonaws.com`,
        target: api.id,
        disabled: String(api.property('DisableExecuteApiEndpoint') ?? false) === 'true',
        basePath: `/${stage}`,
      },
    ];
  });
}

function customDomain(mapping: Resource, api: Resource, stage: string): Unplaced {
  if (mapping.required('Stage') !== stage) {
    throw new LocalFailure(`${mapping.logicalId} shows another stage than that of ${api.logicalId}: name ${stage}`);
  }
  const basePath = mapping.property<string>('BasePath');
  return {
    kind: 'custom-domain',
    deployed: `https://${mapping.required('DomainName')}`,
    target: api.id,
    basePath: !basePath || basePath === '(none)' ? '' : `/${basePath}`,
  };
}

function refuseSharedDomains(mappings: readonly Resource[]): void {
  const names = mappings.map((mapping) => mapping.required<string>('DomainName'));
  const shared = names.find((name, index) => names.indexOf(name) !== index);
  if (shared) throw new LocalFailure(`the domain ${shared} leads to several APIs: give each its own to run them here`);
}
