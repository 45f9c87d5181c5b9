/** Notes in DynamoDB. A note belongs to one owner, and the owner is part of its key: no query crosses owners. */
import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';

export interface Note {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly updated: string;
}

const table = DynamoDBDocumentClient.from(new DynamoDBClient());
const TableName = process.env.TABLE_NAME;

/** The notes of one owner, most recently changed first. */
export async function notesOf(owner: string): Promise<Note[]> {
  const notes: Note[] = [];
  let from: Record<string, unknown> | undefined;
  do {
    const page = await table.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :owner AND begins_with(sk, :note)',
        ExpressionAttributeValues: { ':owner': `OWNER#${owner}`, ':note': 'NOTE#' },
        ExclusiveStartKey: from,
      }),
    );
    notes.push(...(page.Items ?? []).map(noteFrom));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return notes.sort((a, b) => b.updated.localeCompare(a.updated));
}

export async function noteOf(owner: string, id: string): Promise<Note | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName, Key: keyOf(owner, id) }));
  return Item && noteFrom(Item);
}

export async function addNote(owner: string, title: string, text: string): Promise<Note> {
  const note = { id: randomUUID().slice(0, 8), title, text, updated: new Date().toISOString() };
  await table.send(
    new PutCommand({
      TableName,
      Item: { ...keyOf(owner, note.id), ...note },
      ConditionExpression: 'attribute_not_exists(pk)',
    }),
  );
  return note;
}

/** The changed note; undefined when there is none of that id. */
export async function updateNote(owner: string, id: string, change: Partial<Pick<Note, 'title' | 'text'>>) {
  const old = await noteOf(owner, id);
  if (old === undefined) return undefined;
  const note: Note = {
    id,
    title: change.title ?? old.title,
    text: change.text ?? old.text,
    updated: new Date().toISOString(),
  };
  await table.send(new PutCommand({ TableName, Item: { ...keyOf(owner, id), ...note } }));
  return note;
}

/** Whether there was such a note. */
export async function deleteNote(owner: string, id: string): Promise<boolean> {
  const { Attributes } = await table.send(
    new DeleteCommand({ TableName, Key: keyOf(owner, id), ReturnValues: 'ALL_OLD' }),
  );
  return Attributes !== undefined;
}

function keyOf(owner: string, id: string) {
  return { pk: `OWNER#${owner}`, sk: `NOTE#${id}` };
}

function noteFrom(item: Record<string, unknown>): Note {
  const { id, title, text, updated } = item;
  return { id: String(id), title: String(title), text: String(text), updated: String(updated) };
}
