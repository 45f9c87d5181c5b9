import { join } from 'node:path';
import { write } from './app';
import { lastLines, run } from './commands';
import type { Report } from './report';

/** Module resolution, and the extensions under which it meets the package as ES module and as CommonJS. */
const RESOLUTIONS = [
  { name: 'node16', options: { module: 'node16', moduleResolution: 'node16' }, extensions: ['mts', 'cts'] },
  { name: 'nodenext', options: { module: 'nodenext', moduleResolution: 'nodenext' }, extensions: ['mts', 'cts'] },
  { name: 'bundler', options: { module: 'preserve', moduleResolution: 'bundler' }, extensions: ['ts'] },
  {
    name: 'node10',
    options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' },
    extensions: ['ts'],
  },
];

/** Uses each type of the runtime; the last line must be an error, or the types are `any`. */
const CONSUMER = `
import { McpServer } from '@modelcontextprotocol/server';
import { SecureMcpServer, type AccessRule } from 'cdk-mcp';
import { principalOf, serve, toolError, type GuardedServer, type Principal } from 'cdk-mcp/runtime';
import { z } from 'zod';

export const rule: AccessRule = { tools: ['a'], scopes: ['s'] };
export const construct: typeof SecureMcpServer = SecureMcpServer;
export const guarded: GuardedServer = serve(() => {
  const server = new McpServer({ name: 'a', version: '1' });
  server.registerTool('a', { inputSchema: z.object({}) }, async (_args, ctx) => {
    const principal: Principal = principalOf(ctx);
    return principal.groups.length > 0 ? { content: [] } : toolError('no');
  });
  return server;
});
// @ts-expect-error: a port is a number
guarded.listen({ port: '8080' });
`;

export async function checkTypes(report: Report, app: string): Promise<void> {
  for (const { name, options, extensions } of RESOLUTIONS) {
    for (const extension of extensions) {
      await report.check(`types: ${name}, .${extension}`, () => {
        const source = `consumer.${extension}`;
        write(app, source, CONSUMER);
        compile(app, { ...options, noEmit: true, skipLibCheck: false }, [source]);
      });
    }
  }
}

/** Compiles with a tsconfig of its own, strict. */
export function compile(app: string, options: Readonly<Record<string, unknown>>, files: readonly string[]): void {
  const compilerOptions = { target: 'es2022', lib: ['es2023'], types: ['node'], strict: true, ...options };
  write(app, 'tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const compiled = run(process.execPath, [join(app, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], app);
  if (compiled.code !== 0) throw new Error(lastLines(compiled));
}
