/**
 * What a function's process runs: AWS's own runtime client, with its native part replaced. The client finds that
 * part by a `require` of its own, so the replacement is a matter of where this one name resolves to.
 */
import Module from 'node:module';
import { fileURLToPath } from 'node:url';

const runtimeClient = new URL('../runtime-client/node_modules/aws-lambda-ric/index.mjs', import.meta.url);
const nativeClient = fileURLToPath(new URL('./native-client.cjs', import.meta.url));
const resolveFilename = Module._resolveFilename;

Module._resolveFilename = function resolve(name, parent, ...rest) {
  const native = name === './rapid-client.node' && parent?.filename === fileURLToPath(runtimeClient);
  return native ? nativeClient : resolveFilename.call(this, name, parent, ...rest);
};

await import(runtimeClient.href);
