/** Reads grants from the broker's table. */
import { TableKey } from '../../../lib/private/contract';
import type { Environment } from '../../environment';
import { dynamodbTable } from '../dynamodb';
import type { ReadGrant } from './revocation';

const PROJECTION = {
  ProjectionExpression: '#client, #expires, #revoked',
  ExpressionAttributeNames: { '#client': 'client', '#expires': TableKey.expires, '#revoked': 'revoked' },
};

export function grantsTable(name: string, environment: Environment, fetcher: typeof fetch = fetch): ReadGrant {
  const table = dynamodbTable(name, environment, fetcher);
  return async (origin) => {
    const item = await table.get(`${TableKey.grant}${origin}`, PROJECTION);
    if (item?.client?.S === undefined || item.expires?.N === undefined) return undefined;
    return { client: item.client.S, expires: Number(item.expires.N), revoked: item.revoked !== undefined };
  };
}
