/**
 * The table's replicas in other regions. What is used once has a home, the region that made it, which its handle
 * names: there alone is it decided whether this use is the first.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { homeIn, homeSuffix, type Regions } from '../../regions';
import { newHandle } from '../seal';
import { dynamoTable, type Table } from './table';

export interface Replicas {
  readonly regions: Regions;
  /** By region. */
  readonly others: ReadonlyMap<string, Table>;
}

/** A handle whose home is here. */
export function newHandleAt({ replicas }: Table): string {
  return `${newHandle()}${homeSuffix(replicas?.regions)}`;
}

/** The table at the home of a handle; this one where the handle names no other region. */
export function homeOf(table: Table, handle: string): Table {
  return table.replicas?.others.get(homeIn(handle) ?? '') ?? table;
}

/** The table of the primary region. */
export function primaryOf(table: Table): Table {
  return table.replicas?.others.get(table.replicas.regions.primary) ?? table;
}

/** The table of this region, and those of the others. */
export function tableWithReplicas(
  name: string,
  now: () => number,
  regions: Regions | undefined,
  own = dynamoTable(name, now),
): Table {
  if (regions === undefined) return own;
  const others = new Map(
    regions.others.map(({ name: region, endpoint }) => [
      region,
      {
        ...dynamoTable(name, now, new DynamoDBClient({ region, endpoint, ...HASTY })),
        replicas: { regions: { ...regions, own: region }, others: NO_OTHERS },
      },
    ]),
  );
  return { ...own, replicas: { regions, others } };
}

/** What is at its home there is asked for no further. */
const NO_OTHERS: ReadonlyMap<string, Table> = new Map();

/** A region that is away must be noticed while there is time to go on without it. */
const HASTY = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
};
