/** The notes server as a function: `serve` puts it behind the guard, in the same process. */
import { principalOf, serve } from 'cdk-mcp/runtime';
import { notesServer } from './tools';

export default serve(() => notesServer({ callerOf: (ctx) => principalOf(ctx).id }));
