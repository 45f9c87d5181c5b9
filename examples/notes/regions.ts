import { McpGlobalServer } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { notesDomain } from './domain';
import { NotesStack } from './stack';

export interface RegionsOptions {
  /** Those that are built here, where a pipeline deploys one after the other. */
  readonly only?: string[];
  /** As `NotesStackProps` says. */
  readonly canary?: boolean;
}

/** The notes server in several regions behind one host name, that of `notesDomain`. */
export function notesInRegions(
  scope: Construct,
  regions: string[],
  { only, canary }: RegionsOptions = {},
): McpGlobalServer {
  return new McpGlobalServer(scope, 'Notes', {
    regions,
    only,
    domain: notesDomain(scope),
    stacks: { createStack: (parent, id, region) => new NotesStack(parent, id, { env: region.env, region, canary }) },
  });
}
