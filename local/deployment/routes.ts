import type { Deployment } from './deployment';
import type { Endpoint } from './endpoints';
import type { RestApiSpec } from './rest-apis';

/** A route of any kind of API. */
export interface PublicRoute {
  readonly method: string;
  readonly path: string;
  /** Absent where a service answers, or API Gateway itself. */
  readonly functionArn?: string;
}

/** Every route of an API, by its id. */
export function routesOf({ apis, restApis }: Pick<Deployment, 'apis' | 'restApis'>, apiId?: string): PublicRoute[] {
  const wanted = ({ id }: { readonly id: string }) => apiId === undefined || id === apiId;
  return [
    ...apis.filter(wanted).flatMap(({ routes }) =>
      routes.map(({ key, functionArn }) => {
        const [method = '', path = ''] = key.split(' ');
        return { method, path, functionArn };
      }),
    ),
    ...restApis.filter(wanted).flatMap(({ resources }) =>
      resources.flatMap(({ path, methods }) =>
        methods.map(({ httpMethod, integration }) => ({
          method: httpMethod,
          path,
          functionArn: integration.kind === 'lambda' ? integration.functionArn : undefined,
        })),
      ),
    ),
  ];
}

/** Where clients find the routes behind an address. */
export function addressesAt(deployment: Pick<Deployment, 'apis' | 'restApis'>, endpoint: Endpoint): string[] {
  if (endpoint.disabled || endpoint.target === undefined) return [];
  const begin = `${endpoint.local}${endpoint.basePath ?? ''}`;
  return routesOf(deployment, endpoint.target).map(({ path }) => `${begin}${path}`);
}

/** True behind a REST API; undefined elsewhere. */
export function renamesChallenge(deployment: Deployment, address: string): true | undefined {
  const { restApis, endpoints } = deployment;
  const found = endpoints.find((endpoint) => addressesAt(deployment, endpoint).includes(address));
  return restApis.some(({ id }) => id === found?.target) || undefined;
}

/** Functions that a REST API calls, its authorizers' among them. */
export function functionsOfRestApi({ resources }: RestApiSpec): string[] {
  return resources.flatMap(({ methods }) =>
    methods.flatMap(({ integration, authorizer }) => [
      ...(integration.kind === 'lambda' ? [integration.functionArn] : []),
      ...(authorizer ? [authorizer.functionArn] : []),
    ]),
  );
}
