/** The key that seals what clients carry: one for all instances, made by the first that needs it. */
import { randomBytes } from 'node:crypto';
import { StateKey, TableKey } from '../../../lib/private/contract';
import type { Table } from '../dynamodb';

const ITEM = `${StateKey.seal}1`;
const KEY_BYTES = 32;

export interface SealKey {
  /** The key, once it was asked for. */
  readonly value: Buffer | undefined;
  /** @throws when the table cannot be asked. */
  load(): Promise<Buffer>;
}

/** @param warn called once when there is no table, so that the key is this process's own */
export function sealKey(table: Table | undefined, warn: () => void): SealKey {
  let value: Buffer | undefined;
  let loading: Promise<Buffer> | undefined;

  async function made(): Promise<Buffer> {
    if (table === undefined) {
      warn();
      return randomBytes(KEY_BYTES);
    }
    const kept = await read(table);
    if (kept !== undefined) return kept;
    const fresh = randomBytes(KEY_BYTES);
    const absent = { ConditionExpression: `attribute_not_exists(${TableKey.attribute})` };
    if (await table.put(ITEM, { key: { B: fresh.toString('base64') } }, absent)) return fresh;
    // Another instance was first.
    const theirs = await read(table);
    if (theirs === undefined) throw new Error('the sealing key cannot be read');
    return theirs;
  }

  return {
    get value() {
      return value;
    },
    async load() {
      if (value !== undefined) return value;
      loading ??= made().finally(() => {
        loading = undefined;
      });
      value = await loading;
      return value;
    },
  };
}

async function read(table: Table): Promise<Buffer | undefined> {
  const bytes = (await table.get(ITEM))?.key?.B;
  const key = bytes === undefined ? undefined : Buffer.from(bytes, 'base64');
  return key?.length === KEY_BYTES ? key : undefined;
}
