import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** The name of a server in metrics and audit records, chosen or made. */
export function serverNameOf(scope: IConstruct, chosen?: string): string {
  const name = chosen ?? defaultName(scope);
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) {
    fail(scope, `serverName '${name}' is not allowed: use 1 to 64 letters, digits and ._-`);
  }
  return name;
}

/** The construct's path, as people know it from the console; a hash only where that is too long. */
function defaultName(scope: IConstruct): string {
  const path = scope.node.path.replace(/[^A-Za-z0-9._-]+/g, '-');
  return path.length <= 64 ? path : Names.uniqueResourceName(scope, { maxLength: 64, separator: '-' });
}
