/**
 * From the approval to the callback: what was approved, in which browser. Keyed by the hash of the `state` that
 * Cognito carries through; taken once.
 */
import type { AuthorizationRequest } from '../authorization-request';
import { hashOf } from '../seal';
import { homeOf, newHandleAt } from './replicas';
import type { Table } from './table';

export interface Transaction {
  readonly request: AuthorizationRequest;
  /** Hash of the browser's cookie. */
  readonly browser: string;
  /** The user whose earlier approval stood in for the page; the callback must bring that user. */
  readonly rememberedUser?: string;
}

/** Time for a person to sign in, first password and second factor included. */
const SECONDS = 900;

export class Transactions {
  constructor(
    private readonly table: Table,
    private readonly now: () => number,
  ) {}

  /** The state for the upstream request. */
  async open(transaction: Transaction): Promise<string> {
    const state = newHandleAt(this.table);
    await this.table.put(keyOf(state), { ...transaction, expires: this.now() + SECONDS });
    return state;
  }

  async take(state: string): Promise<Transaction | undefined> {
    return (await homeOf(this.table, state).take(keyOf(state))) as Transaction | undefined;
  }
}

function keyOf(state: string): string {
  return `STATE#${hashOf(state)}`;
}
