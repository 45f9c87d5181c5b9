import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { LocalFailure } from '../failure';
import type { PoolConfig } from '../identity/config';
import type { Assembly } from '../template/assembly';
import type { OriginRow } from '../template/origins';
import { linkStacks } from '../template/stack';
import { type ApiSpec, readApis } from './apis';
import { type ContainersSpec, readContainers } from './containers/containers';
import { type Endpoint, planEndpoints } from './endpoints';
import { type FunctionSpec, readFunctions } from './functions';
import { type InvokePermission, readPermissions } from './permissions';
import { readPools } from './pools';
import { type RestApiSpec, readRestApis } from './rest-apis';
import { functionsOfRestApi } from './routes';
import { readSecrets, type SecretSpec } from './secrets';
import { readTables } from './tables';
import { unqualified } from './unqualified';
import { webAclNotes } from './web-acls';

/** The app as it would stand in an account, with local origins in place of the deployed ones. */
export interface Deployment {
  readonly region: string;
  readonly endpoints: readonly Endpoint[];
  readonly apis: readonly ApiSpec[];
  readonly restApis: readonly RestApiSpec[];
  readonly functions: readonly FunctionSpec[];
  readonly containers: ContainersSpec;
  /** Deployed origins and where they are served here, providers' among them. */
  readonly origins: readonly OriginRow[];
  readonly permissions: readonly InvokePermission[];
  readonly tables: readonly CreateTableCommandInput[];
  readonly pools: readonly PoolConfig[];
  readonly secrets: readonly SecretSpec[];
  /** What the template asks for and nothing here does. */
  readonly notes: readonly string[];
}

/**
 * Turns the synthesised stacks into what has to run; throws at the first thing that cannot be honoured.
 * @param providers origins of identity providers that are no part of the app, and where they are for this run
 */
export function readDeployment(assembly: Assembly, port: number, providers: readonly OriginRow[] = []): Deployment {
  const stacks = linkStacks(assembly.stacks);
  const notes = [...stacks.flatMap((stack) => stack.check()), ...webAclNotes(stacks)];
  const endpoints = planEndpoints(stacks, port);
  const origins = [...endpoints, ...providers];
  const apis = readApis(stacks, origins);
  const restApis = readRestApis(stacks, origins);
  const called = new Set([
    ...apis.flatMap((api) => api.routes.map(({ functionArn }) => functionArn && unqualified(functionArn))),
    ...restApis.flatMap(functionsOfRestApi).map(unqualified),
  ]);
  const functions = readFunctions(stacks, origins, (arn) => called.has(arn));
  const containers = readContainers(stacks, origins);
  if (functions.length === 0 && containers.services.length === 0) {
    throw new LocalFailure('the app has no HTTP or REST API with a function behind it: there is nothing to run');
  }
  return {
    region: stacks[0]?.artifact.region as string,
    endpoints,
    apis,
    restApis,
    functions,
    containers,
    origins,
    permissions: readPermissions(stacks),
    tables: readTables(stacks),
    pools: readPools(stacks, endpoints, endpoints),
    secrets: readSecrets(stacks, endpoints),
    notes: [...notes, ...containers.notes],
  };
}
