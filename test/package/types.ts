import { join } from 'node:path';
import { write } from './app';
import { lastLines, run } from './commands';
import type { Report } from './report';

/** Module resolution, and the extensions under which it meets the package as ES module and as CommonJS. */
const RESOLUTIONS = [
  { options: { module: 'node16', moduleResolution: 'node16' }, extensions: ['mts', 'cts'] },
  { options: { module: 'nodenext', moduleResolution: 'nodenext' }, extensions: ['mts', 'cts'] },
  { options: { module: 'preserve', moduleResolution: 'bundler' }, extensions: ['ts'] },
  { options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }, extensions: ['ts'] },
];

/** A wrong type is expected at the end: were the types `any`, that line would be the error. */
const SERVER = `
import { McpServer } from '@modelcontextprotocol/server';
import { principalOf, serve, toolError, type GuardedServer, type Principal } from 'cdk-mcp/runtime';
import { z } from 'zod';

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
// @ts-expect-error: a factory makes a server
serve(() => 'server');
`;

const STACK = `
import { McpHosting, SecureMcpServer, type AccessRule } from 'cdk-mcp';

export const construct: typeof SecureMcpServer = SecureMcpServer;
export const hosting = McpHosting.nodejs({ entry: 'server.ts', memorySize: 512 });
// @ts-expect-error: scopes are required
export const rule: AccessRule = { tools: ['a'] };
`;

/**
 * Both entry points under each module resolution. Checking the declarations of the constructs means checking
 * all of the CDK's, which takes its time: done for nodenext, and only where `thorough`.
 */
export async function checkTypes(report: Report, app: string, thorough: boolean): Promise<void> {
  for (const { options, extensions } of RESOLUTIONS) {
    const { moduleResolution } = options;
    const consumer = (name: string, content: string) =>
      extensions.map((extension) => {
        write(app, `${name}.${extension}`, content);
        return `${name}.${extension}`;
      });
    const flavours = extensions.map((extension) => `.${extension}`).join(' and ');
    await report.check(`types of cdk-mcp/runtime, ${moduleResolution}, in ${flavours}`, () =>
      compile(app, { ...options, noEmit: true, skipLibCheck: false }, consumer('use-runtime', SERVER)),
    );
    await report.check(`types of cdk-mcp, ${moduleResolution}, in ${flavours}`, () =>
      compile(
        app,
        { ...options, noEmit: true, skipLibCheck: !thorough || moduleResolution !== 'nodenext' },
        consumer('use-constructs', STACK),
      ),
    );
  }
}

/** Compiles with a tsconfig of its own, strict. */
export function compile(app: string, options: Readonly<Record<string, unknown>>, files: readonly string[]): void {
  const compilerOptions = { target: 'es2022', lib: ['es2023'], types: ['node'], strict: true, ...options };
  write(app, 'tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const compiled = run(process.execPath, [join(app, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json'], app);
  if (compiled.code !== 0) throw new Error(lastLines(compiled));
}
