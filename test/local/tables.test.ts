import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { startTables } from '../../local/tables';

const table = {
  TableName: 'notes',
  BillingMode: 'PAY_PER_REQUEST' as const,
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' as const }],
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' as const }],
};

test('the tables of the template can be written and read with the SDK', async () => {
  const tables = await startTables([table], 'eu-central-1');
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const client = new DynamoDBClient({ endpoint: tables.endpoint, region: 'eu-central-1', credentials });
  const Item = { pk: { S: 'x' }, text: { S: 'hello' } };
  await client.send(new PutItemCommand({ TableName: 'notes', Item }));
  expect((await client.send(new GetItemCommand({ TableName: 'notes', Key: { pk: { S: 'x' } } }))).Item).toEqual(Item);
  await expect(client.send(new GetItemCommand({ TableName: 'other', Key: { pk: { S: 'x' } } }))).rejects.toThrow();
  client.destroy();
  await tables.close();
});

test('a table the store refuses stops the start', async () => {
  const broken = { ...table, AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' as const }] };
  await expect(startTables([broken], 'eu-central-1')).rejects.toThrow('the table notes cannot be created: ');
});
