/**
 * A stateless server cannot ask the client anything while it works: the answer would be a request of its own, which
 * nothing leads back to the instance that waits. Instead of waiting for it until the deadline, the tool is told at once
 * and may go on without. (Clients of 2026-07-28 are asked by a result, `inputRequired`, and need no stream.)
 */
import type { McpServer } from '@modelcontextprotocol/server';
import type { BuildServer } from './pool';

export function withoutPushes(build: BuildServer): BuildServer {
  return () => {
    const built = build();
    return built instanceof Promise ? built.then(refusing) : refusing(built);
  };
}

function refusing(product: McpServer): McpServer {
  const { server } = product;
  const connect = server.connect.bind(server);
  server.connect = (transport) => {
    const send = transport.send.bind(transport);
    transport.send = async (message, options) => {
      if ('method' in message && 'id' in message) {
        throw new Error(`the client cannot be asked (${message.method}): this server keeps no sessions`);
      }
      return send(message, options);
    };
    return connect(transport);
  };
  return product;
}
