/** The SDK's handler alone: no token, no policy, no audit. */
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Start } from './subject.js';
import { benchServer } from './tools.js';

export const start: Start = (tools) => {
  const handler = createMcpHandler(() => benchServer(tools));
  return (request) => handler.fetch(request);
};
