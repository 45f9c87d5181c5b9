/**
 * Authorization codes. The client's code is a handle; the upstream code it stands for is sealed under it. A code
 * is marked when it is redeemed and stays, so that a second redemption is seen and ends the grant (RFC 6749 §10.5).
 */
import { TableKey } from '../../../lib/private/contract';
import type { AuthorizationRequest } from '../authorization-request';
import { hashOf, seal, unseal } from '../seal';
import type { UpstreamTokens } from '../upstream';
import { homeOf, newHandleAt } from './replicas';
import type { Table } from './table';

/** What the client's code stands for. */
export type UpstreamSecret =
  | {
      readonly kind: 'code';
      readonly code: string;
      readonly state: string;
      /** PKCE verifier of the upstream leg. */
      readonly verifier: string;
    }
  /** Redeemed at the callback already, to see whether the user is the one who had approved. */
  | { readonly kind: 'tokens'; readonly tokens: UpstreamTokens };

export interface CodeRecord {
  readonly request: AuthorizationRequest;
  /** Hash of the cookie of the browser that approved. */
  readonly browser: string;
  readonly sealed: string;
  readonly validUntil: number;
  /** Set by the first redemption. */
  readonly redeemed?: boolean;
  /** Set by any further one. */
  readonly replayed?: boolean;
  /** The grant that came of it. */
  readonly grant?: string;
}

const VALID_SECONDS = 60;
/** Kept longer than it is valid, to recognise what comes late. */
const KEPT_SECONDS = 900;

export class Codes {
  constructor(
    private readonly table: Table,
    private readonly now: () => number,
  ) {}

  async issue(request: AuthorizationRequest, browser: string, upstream: UpstreamSecret): Promise<string> {
    const code = newHandleAt(this.table);
    const record: CodeRecord = {
      request,
      browser,
      sealed: seal(code, 'code', JSON.stringify(upstream)),
      validUntil: this.now() + VALID_SECONDS,
    };
    await this.table.put(keyOf(code), { ...record, expires: this.now() + KEPT_SECONDS });
    return code;
  }

  async find(code: string): Promise<CodeRecord | undefined> {
    return (await this.at(code).get(keyOf(code))) as CodeRecord | undefined;
  }

  open(code: string, record: CodeRecord): UpstreamSecret | undefined {
    const text = unseal(code, 'code', record.sealed);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** Whether this redemption is the first. */
  async redeem(code: string): Promise<boolean> {
    const condition = {
      condition: 'attribute_exists(#key) AND attribute_not_exists(#redeemed)',
      names: { '#key': TableKey.attribute, '#redeemed': 'redeemed' },
    };
    return (await this.at(code).update(keyOf(code), { set: { redeemed: true }, ...condition })) !== undefined;
  }

  /** Makes a first redemption undone, after the provider failed before it answered. */
  async release(code: string): Promise<void> {
    await this.at(code).update(keyOf(code), {
      remove: ['redeemed'],
      condition: 'attribute_not_exists(#replayed)',
      names: { '#replayed': 'replayed' },
    });
  }

  /** Notes a further redemption; the grant to end, if it exists already. */
  async replay(code: string): Promise<string | undefined> {
    return (await this.at(code).update(keyOf(code), { set: { replayed: true } }))?.grant as string | undefined;
  }

  /** Notes the grant; true: a replay came in the meantime, and the grant must end. */
  async granted(code: string, grant: string): Promise<boolean> {
    return (await this.at(code).update(keyOf(code), { set: { grant } }))?.replayed === true;
  }

  /** A code is redeemed at its home or not at all. */
  private at(code: string): Table {
    return homeOf(this.table, code);
  }
}

function keyOf(code: string): string {
  return `CODE#${hashOf(code)}`;
}
