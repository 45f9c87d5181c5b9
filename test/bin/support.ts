import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Resource } from '../../bin/cli/template';
import { CONTRACT_VERSION, GuardVariable, type PolicyDocument } from '../../lib/private/contract';

export const PREFIX = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '/mcp/']] };

export const POLICY: PolicyDocument = {
  version: 1,
  scopes: ['notes:read', 'notes:write'],
  rules: [
    { tools: ['list_notes', 'read_*'], prompts: ['sum_up'], resources: ['notes://note/*'], scopes: ['notes:read'] },
    { tools: ['copy_note'], scopes: ['notes:read', 'notes:write'] },
    { tools: ['delete_note'], scopes: ['notes:write'], groups: ['admins', 'ops'] },
  ],
};

/** A machine client of the pool, as the constructs write it. */
export function machine(name: string, scopes: readonly string[], properties: Record<string, unknown> = {}): Resource {
  return {
    Type: 'AWS::Cognito::UserPoolClient',
    Properties: {
      ClientName: name,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: scopes.map(qualified),
      ...properties,
    },
  };
}

/** A client that people sign in with. */
export function desktop(scopes: readonly string[]): Resource {
  return machine('desktop', scopes, { AllowedOAuthFlows: ['code'] });
}

export function qualified(scope: string): unknown {
  return { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, `/mcp/${scope}`]] };
}

/** A function behind the guard. */
export function server(variables: Record<string, unknown> = {}): Resource {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Code: { S3Key: 'server.zip' },
      Environment: {
        Variables: {
          [GuardVariable.contract]: CONTRACT_VERSION,
          [GuardVariable.server]: 'Notes',
          [GuardVariable.resource]: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, '/mcp']] },
          [GuardVariable.scopePrefix]: PREFIX,
          [GuardVariable.userClients]: { Ref: 'Desktop' },
          [GuardVariable.machineClients]: { 'Fn::Join': ['', [{ Ref: 'Reader' }, ',', { Ref: 'Writer' }]] },
          [GuardVariable.policy]: JSON.stringify(POLICY),
          ...variables,
        },
      },
    },
  };
}

/** A stack with one server, two machine clients and one for people; each test changes what it is about. */
export function resources(variables: Record<string, unknown> = {}): Record<string, Resource> {
  return {
    Server: server(variables),
    Desktop: desktop(['notes:read', 'notes:write']),
    Reader: machine('reader', ['notes:read']),
    Writer: machine('writer', ['notes:read', 'notes:write']),
  };
}

const folders: string[] = [];

/** Writes files into a new folder; an object becomes JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-mcp-cli-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** Call it after each test. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** The files of a cloud assembly with one stack, as little as is read. */
export function assembly(content: Record<string, Resource>): Record<string, unknown> {
  return {
    'manifest.json': {
      artifacts: {
        Stack: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Stack.template.json' } },
        'Stack.assets': { type: 'cdk:asset-manifest', properties: { file: 'Stack.assets.json' } },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    },
    'Stack.template.json': { Resources: content },
    'Stack.assets.json': {
      files: {
        a: { source: { path: 'asset.server' }, destinations: { current: { objectKey: 'server.zip' } } },
        b: { source: { path: 'inner.json' }, destinations: { current: { objectKey: 'inner.json' } } },
        c: { source: { executable: ['make'] }, destinations: {} },
      },
    },
  };
}
