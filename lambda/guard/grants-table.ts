/**
 * Reads grants from the broker's table: one signed GetItem by fetch. The AWS SDK would add more to every cold start
 * than the rest of the guard together.
 */
import { AwsClient } from 'aws4fetch';
import { TableKey } from '../../lib/private/contract';
import type { Environment } from '../environment';
import type { ReadGrant } from './revocation';

const TIMEOUT_MS = 2_000;
const RETRIES = 2;

export function grantsTable(TableName: string, environment: Environment, fetcher: typeof fetch = fetch): ReadGrant {
  const region = environment.AWS_REGION ?? 'us-east-1';
  const url = environment.AWS_ENDPOINT_URL_DYNAMODB ?? `https://dynamodb.${region}.amazonaws.com`;

  return async (origin) => {
    const signer = new AwsClient({
      accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: environment.AWS_SESSION_TOKEN,
      region,
      service: 'dynamodb',
    });
    const body = JSON.stringify({
      TableName,
      Key: { [TableKey.attribute]: { S: `${TableKey.grant}${origin}` } },
      // A grant is read right after it was written.
      ConsistentRead: true,
      ProjectionExpression: '#client, #expires, #revoked',
      ExpressionAttributeNames: { '#client': 'client', '#expires': TableKey.expires, '#revoked': 'revoked' },
    });
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.GetItem' };
    for (let attempt = 0; ; attempt++) {
      const request = await signer.sign(url, { method: 'POST', headers, body });
      const response = await fetcher(request, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return grantFrom((await response.json()) as { Item?: Item });
      const status = response.status;
      await response.body?.cancel();
      if (status < 500 || attempt >= RETRIES) throw new Error(`the grants table answered ${status}`);
    }
  };
}

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string } | undefined>>;

function grantFrom({ Item }: { readonly Item?: Item }) {
  if (Item?.client?.S === undefined || Item.expires?.N === undefined) return undefined;
  return { client: Item.client.S, expires: Number(Item.expires.N), revoked: Item.revoked !== undefined };
}
