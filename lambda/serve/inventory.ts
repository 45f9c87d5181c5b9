/** What a server offers, asked of it without a caller: for the check at build time. */
import type { McpFetch } from '../guard/guard';
import { isRecord } from '../guard/message';
import type { Principal } from '../guard/principal';
import { listAll, NotListed } from '../guard/tools/tool-list';

export interface Inventory {
  readonly tools: readonly unknown[];
  readonly prompts: readonly unknown[];
  readonly resources: readonly unknown[];
  readonly templates: readonly unknown[];
  /** Lists that the server has, but did not answer: some depend on a caller or on what is behind them. */
  readonly unanswered: readonly string[];
}

const LISTS = {
  tools: { method: 'tools/list', items: 'tools' },
  prompts: { method: 'prompts/list', items: 'prompts' },
  resources: { method: 'resources/list', items: 'resources' },
  templates: { method: 'resources/templates/list', items: 'resourceTemplates' },
} as const;

const NOBODY: Principal = {
  kind: 'machine',
  id: 'check',
  groups: [],
  scopes: [],
  client: 'check',
  claims: {},
  context: {},
};

/** @throws when the server cannot be built. */
export async function inventoryOf(server: McpFetch): Promise<Inventory> {
  const unanswered: string[] = [];
  const list = async (kind: keyof typeof LISTS) => {
    try {
      return await listAll(server, 'https://check.invalid/mcp', NOBODY, LISTS[kind]);
    } catch (fault) {
      if (!(fault instanceof NotListed)) throw fault;
      if (!(isRecord(fault.cause) && fault.cause.code === METHOD_NOT_FOUND)) unanswered.push(kind);
      return [];
    }
  };
  const [tools, prompts] = [await list('tools'), await list('prompts')];
  const [resources, templates] = [await list('resources'), await list('templates')];
  return { tools, prompts, resources, templates, unanswered };
}

/** A server without prompts does not know the method. */
const METHOD_NOT_FOUND = -32601;
