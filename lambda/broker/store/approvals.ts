/**
 * Approvals that a person need not repeat, where the deployment wants that (`rememberConsent`): bound to browser,
 * client, redirect URI, scopes and user, and to the grant that came of it; when that ends, so does the approval.
 */
import type { AuthorizationRequest } from '../authorization-request';
import { hashOf } from '../seal';
import type { Grants } from './grants';
import type { Table } from './table';

export class Approvals {
  constructor(
    private readonly table: Table,
    private readonly grants: Grants,
    private readonly now: () => number,
    private readonly seconds: number,
  ) {}

  async remember(request: AuthorizationRequest, browser: string, user: string, grant: string): Promise<void> {
    await this.table.put(keyOf(request, browser), { user, grant, expires: this.now() + this.seconds });
  }

  /** The user who approved this very request in this browser. */
  async userOf(request: AuthorizationRequest, browser: string): Promise<string | undefined> {
    const approval = await this.table.get(keyOf(request, browser));
    if (approval === undefined) return undefined;
    // Where a region that may have it does not answer, the person is asked again: signing in does not depend on it.
    const grant = await this.grants.find(String(approval.grant)).catch(() => undefined);
    return grant === undefined || grant.revoked !== undefined ? undefined : String(approval.user);
  }
}

/** `browser` is the hash of the cookie, so that the table holds no cookie. */
function keyOf({ clientId, redirectUri, scopes }: AuthorizationRequest, browser: string): string {
  return `CONSENT#${hashOf(JSON.stringify([browser, clientId, redirectUri, [...scopes].sort()]))}`;
}
