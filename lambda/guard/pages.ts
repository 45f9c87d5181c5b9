/** Answers that pages of named origins may read, where the endpoint in front leaves that to the guard. */
import { answerFor, type CorsFacts } from '../cors';
import type { Guard } from './guard';

export function readableByPages(config: CorsFacts, guard: Guard): Guard {
  if (config.cors === undefined) return guard;
  return {
    async fetch(request, server, call) {
      const response = await guard.fetch(request, server, call);
      const headers = answerFor(request.headers.get('origin') ?? undefined, config);
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
      return response;
    },
  };
}
