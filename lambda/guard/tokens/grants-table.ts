/** Reads grants from the broker's table. */
import { TableKey } from '../../../lib/private/contract';
import type { Environment } from '../../environment';
import { environmentOf, type Regions } from '../../regions';
import { dynamodbTable } from '../dynamodb';
import { regionalGrants, withEnd } from './regional-grants';
import type { ReadGrant } from './revocation';

const PROJECTION = {
  ProjectionExpression: '#client, #expires, #revoked',
  ExpressionAttributeNames: { '#client': 'client', '#expires': TableKey.expires, '#revoked': 'revoked' },
};

export function grantsTable(
  name: string,
  environment: Environment,
  fetcher: typeof fetch = fetch,
  regions?: Regions,
): ReadGrant {
  if (regions === undefined) return grantsIn(name, environment, fetcher).read;
  const readers = [environment, ...regions.others.map((region) => environmentOf(environment, region))].map((where) => {
    const { read, hasEnded } = grantsIn(name, where, fetcher);
    return withEnd(read, hasEnded);
  });
  const [own, ...others] = readers;
  return regionalGrants(own as ReadGrant, others);
}

function grantsIn(name: string, environment: Environment, fetcher: typeof fetch) {
  const table = dynamodbTable(name, environment, fetcher);
  const read: ReadGrant = async (origin) => {
    const item = await table.get(`${TableKey.grant}${origin}`, PROJECTION);
    if (item?.client?.S === undefined || item.expires?.N === undefined) return undefined;
    return { client: item.client.S, expires: Number(item.expires.N), revoked: item.revoked !== undefined };
  };
  const hasEnded = async (origin: string) => (await table.get(`${TableKey.ended}${origin}`)) !== undefined;
  return { read, hasEnded };
}
