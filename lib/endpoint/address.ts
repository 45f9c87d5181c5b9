import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from '../private/errors';

/** Refuses a path clients or routes would not agree on. */
export function checkPath(scope: IConstruct, path: string): void {
  if (Token.isUnresolved(path)) fail(scope, 'path is known only at deploy time: write it as text');
  if (!/^(?:\/[A-Za-z0-9._~-]+)+$/.test(path)) {
    fail(scope, `path '${path}' is not allowed: begin with '/', do not end with it, and use letters, digits and ._~-`);
  }
  if (/^\/(?:\.well-known|oauth2)(?:\/|$)/.test(path)) {
    fail(scope, `path '${path}' is taken by the authorization documents: use another, such as '/mcp'`);
  }
}
