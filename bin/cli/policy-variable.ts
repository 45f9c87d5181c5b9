import { gunzipSync } from 'node:zlib';
import { GuardVariable, type PolicyDocument } from '../../lib/private/contract';
import { CliFailure } from './failure';

/**
 * The policy document in its variable, the ways the constructs write it; `readFile` reads from the bundle.
 *
 * @throws CliFailure, naming `where`, when it is none.
 */
export function policyIn(value: unknown, where: string, readFile: (name: string) => string): PolicyDocument {
  const document = parse(value, readFile) as Partial<PolicyDocument> | undefined;
  if (document?.version !== 1 || !Array.isArray(document.scopes) || !Array.isArray(document.rules)) {
    throw new CliFailure(`${GuardVariable.policy} of ${where} is no policy document of version 1: ${REPAIR}`);
  }
  return document as PolicyDocument;
}

export const REPAIR = 'synthesise with the release of cdk-mcp that you run here';

function parse(value: unknown, readFile: (name: string) => string): unknown {
  if (typeof value !== 'string') return undefined;
  if (value.startsWith('file:')) return json(readFile(value.slice('file:'.length)));
  return json(value.startsWith('gzip:') ? inflate(value.slice('gzip:'.length)) : value);
}

function inflate(base64: string): string {
  try {
    return gunzipSync(Buffer.from(base64, 'base64')).toString('utf8');
  } catch {
    return '';
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
