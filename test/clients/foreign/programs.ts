/** Servers that others wrote, as they are started, and what their tools are called. */
import { join } from 'node:path';
import { npmPackage, pythonWith } from '../support/tools';

const EVERYTHING = '2026.8.31';
const PYTHON = '2.3.0';

export interface Program {
  readonly server: string;
  readonly version: string;
  readonly sessions: boolean;
  readonly tools: Tools;
  /** Command, arguments and variables of the server on a port. */
  command(port: number): Promise<{ command: string; args: string[]; env?: Record<string, string> }>;
}

export interface Tools {
  readonly echo: string;
  /** With two numbers, for a scope that is stepped up to. */
  readonly sum: string;
  /** Answers later, and tells how far it is. */
  readonly slow: { readonly name: string; readonly arguments: Record<string, unknown> };
  /** Named by no rule. */
  readonly hidden: string;
}

const OF_PYTHON: Tools = { echo: 'echo', sum: 'add', slow: { name: 'slow', arguments: {} }, hidden: 'secret_tool' };

const python = (sessions: boolean): Program => ({
  server: `Python SDK, ${sessions ? 'with sessions' : 'stateless'}`,
  version: PYTHON,
  sessions,
  tools: OF_PYTHON,
  command: async (port) => ({
    command: await pythonWith('mcp', PYTHON),
    args: [join(__dirname, '../python_server.py'), String(port), sessions ? 'no' : 'yes'],
  }),
});

export const PROGRAMS: readonly Program[] = [
  {
    server: 'server-everything',
    version: EVERYTHING,
    sessions: true,
    tools: {
      echo: 'echo',
      sum: 'get-sum',
      slow: { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
      hidden: 'get-env',
    },
    async command(port) {
      const folder = await npmPackage('@modelcontextprotocol/server-everything', EVERYTHING);
      const program = join(folder, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
      return { command: process.execPath, args: [program, 'streamableHttp'], env: { PORT: String(port) } };
    },
  },
  python(true),
  python(false),
];
