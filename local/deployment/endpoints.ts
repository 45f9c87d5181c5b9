import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import { type Resource, resourcesOf } from './reader';
import { restApiOrigins } from './rest-origins';

/** A public origin of the deployment and where it is served here. */
export interface Endpoint extends OriginRow {
  readonly port: number;
  /** The port that clients name, where something stands between them and `port`. */
  readonly publicPort?: number;
  readonly kind: 'execute-api' | 'custom-domain' | 'cognito-idp' | 'managed-login';
  /** What answers: an API's id, or a user pool's; the shared cognito-idp origin has none. */
  readonly target?: string;
  /** `DisableExecuteApiEndpoint`: the address exists and leads nowhere. */
  readonly disabled?: boolean;
  /** What paths of a REST API begin with here: its stage, or the base path of its domain. */
  readonly basePath?: string;
}

export type Unplaced = Omit<Endpoint, 'port' | 'local'>;

/**
 * The one table deployed origin → local origin. The first API is at `port`, cognito-idp at the next, the first
 * managed login after it, everything else behind. A custom domain comes before the API's own address.
 */
export function planEndpoints(stacks: readonly Stack[], port: number): Endpoint[] {
  const [firstApi, ...otherApis] = [...apiOrigins(stacks), ...restApiOrigins(stacks)];
  const pools = resourcesOf(stacks, 'AWS::Cognito::UserPool');
  const [firstLogin, ...otherLogins] = loginOrigins(stacks);
  const regions = [...new Set(pools.map((pool) => pool.stack.artifact.region))];
  if (regions.length > 1)
    throw new LocalFailure(`the app has user pools in ${regions.join(' and ')}: run one region at a time`);
  const idp = regions.map(
    (region): Unplaced => ({ kind: 'cognito-idp', deployed: `https://cognito-idp.${region}.amazonaws.com` }),
  );
  const placed: [Unplaced | undefined, number][] = [
    [firstApi, port],
    [idp[0], port + 1],
    [firstLogin, port + 2],
    ...[...otherApis, ...otherLogins].map((origin, index): [Unplaced, number] => [origin, port + 3 + index]),
  ];
  return placed.flatMap(([origin, at]) => (origin ? [{ ...origin, port: at, local: `http://localhost:${at}` }] : []));
}

function apiOrigins(stacks: readonly Stack[]): Unplaced[] {
  const mappings = resourcesOf(stacks, 'AWS::ApiGatewayV2::ApiMapping');
  return resourcesOf(stacks, 'AWS::ApiGatewayV2::Api').flatMap((api) => [
    ...mappings
      .filter((mapping) => mapping.required('ApiId') === api.id)
      .map(
        (mapping): Unplaced => ({
          kind: 'custom-domain',
          deployed: `https://${mapping.required('DomainName')}`,
          target: api.id,
        }),
      ),
    {
      kind: 'execute-api' as const,
      deployed: api.attribute('ApiEndpoint'),
      target: api.id,
      disabled: String(api.property('DisableExecuteApiEndpoint') ?? false) === 'true',
    },
  ]);
}

function loginOrigins(stacks: readonly Stack[]): Unplaced[] {
  return resourcesOf(stacks, 'AWS::Cognito::UserPoolDomain').map((domain) => ({
    kind: 'managed-login',
    deployed: `https://${loginHost(domain)}`,
    target: domain.required<string>('UserPoolId'),
  }));
}

function loginHost(domain: Resource): string {
  const name = domain.required<string>('Domain');
  return domain.property('CustomDomainConfig')
    ? name
    : `${name}.auth.${domain.stack.artifact.region}.amazoncognito.com`;
}
