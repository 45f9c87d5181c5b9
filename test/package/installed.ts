import { join } from 'node:path';
import { mustRun, run } from './commands';
import type { Report } from './report';
import type { Peers } from './versions';

const RUNTIME = ['serve', 'principalOf', 'toolError', 'TokenUnavailable'];
const CONSTRUCTS = ['SecureMcpServer', 'McpHosting', 'McpAuthorization', 'McpEndpoint', 'ClientRegistration'];

/** What an installed package answers to `import`, `require` and the shell. */
export async function checkInstalled(report: Report, app: string, peers: Peers, version: string): Promise<void> {
  for (const [name, exports] of [
    ['cdk-mcp/runtime', RUNTIME],
    ['cdk-mcp', CONSTRUCTS],
  ] as const) {
    const missing = `${JSON.stringify(exports)}.filter((name) => typeof found[name] !== 'function')`;
    const verdict = `const missing = ${missing}; if (missing.length > 0) throw new Error('missing: ' + missing);`;
    await report.check(`import '${name}'`, () => node(app, `const found = await import('${name}'); ${verdict}`));
    await report.check(`require('${name}')`, () =>
      node(app, `const found = require('${name}'); ${verdict}`, 'commonjs'),
    );
  }
  for (const name of ['cdk-mcp/package.json', 'cdk-mcp/.jsii']) {
    await report.check(`${name} resolves`, () => node(app, `require.resolve('${name}')`, 'commonjs'));
  }
  await report.check('what is private stays private', () => {
    const { stderr } = run(process.execPath, ['-e', "require('cdk-mcp/build/private/contract')"], app);
    if (!stderr.includes('ERR_PACKAGE_PATH_NOT_EXPORTED')) throw new Error('cdk-mcp/build/private/contract resolves');
  });
  await report.check('the peers are those asked for', () => {
    for (const [name, expected] of Object.entries(peers.versions)) {
      const script = `const found = require('${name}/package.json').version; if (found !== '${expected}') throw new Error('${name} ' + found);`;
      node(app, script, 'commonjs');
    }
  });
  await report.check('`cdk-mcp --version` runs', () => {
    const { stdout } = mustRun(join(app, 'node_modules/.bin/cdk-mcp'), ['--version'], app);
    if (stdout.trim() !== version) throw new Error(`it says '${stdout.trim()}', the package is ${version}`);
  });
}

function node(app: string, script: string, type: 'module' | 'commonjs' = 'module'): void {
  mustRun(process.execPath, [`--input-type=${type}`, '-e', script], app);
}
