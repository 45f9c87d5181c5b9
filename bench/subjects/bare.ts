/** The SDK's handler alone: no token, no policy, no audit. */
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Start } from './subject';
import { benchServer } from './tools';

export const start: Start = (tools) => {
  const handler = createMcpHandler(() => benchServer(tools));
  return (request) => handler.fetch(request);
};
