import { McpGlobalServer } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { NotesStack } from './stack';

/** The notes server in several regions behind one host name; domain and zone are examples. */
export function notesInRegions(scope: Construct, regions: string[], only?: string[]): McpGlobalServer {
  return new McpGlobalServer(scope, 'Notes', {
    regions,
    only,
    domain: { domainName: 'mcp.example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.com' },
    stacks: { createStack: (parent, id, region) => new NotesStack(parent, id, { env: region.env, region }) },
  });
}
