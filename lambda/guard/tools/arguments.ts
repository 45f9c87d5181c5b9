/**
 * The arguments of a tool's call, before the tool runs: within bounds, and what the tool's own schema says. Tools that
 * ask for credentials are not called at all.
 */
import type { PolicyDocument } from '../../../lib/private/contract';
import { isLegacy } from '../era';
import type { Gate } from '../gates';
import { isRecord, type Message } from '../message';
import { ok, type Result, refuse } from '../result';
import { type ArgumentBounds, outOfBounds } from '../schema/bounds';
import { problem, sentence } from '../schema/problem';
import type { KnownTool, ToolCatalogue } from './tools';

const DEFAULT_BOUNDS: ArgumentBounds = { arrayLength: 10_000, stringLength: 256 * 1024 };

/** Without a catalogue, as where another program validates, the bounds alone are checked. */
export function argumentsGate(document: PolicyDocument, tools: ToolCatalogue | undefined): Gate {
  const { limits = {} } = document;
  const bounds: ArgumentBounds = {
    arrayLength: limits.arrayLength ?? DEFAULT_BOUNDS.arrayLength,
    stringLength: limits.stringLength ?? DEFAULT_BOUNDS.stringLength,
  };
  const judge = (call: Message, inSession: boolean): Result<void> => {
    const tool = tools?.known(nameOf(call));
    // A tool that was switched on in a session is known to the server of that session alone, which checks as well.
    if (tools !== undefined && tool === undefined && !inSession)
      return refuse({ reason: 'tool_unknown', name: nameOf(call) });
    if (tool?.asks !== undefined) return refuse({ reason: 'asks_for_credentials', name: nameOf(call) });
    return admitArguments(call, bounds, tool);
  };
  const judgeAll = (calls: readonly Message[], inSession: boolean) => {
    for (const call of calls) {
      const judged = judge(call, inSession);
      if (!judged.ok) return judged;
    }
    return ok(undefined);
  };
  return (admitted, { headers }) => {
    const calls = admitted.body.messages.filter(({ kind, method }) => kind === 'request' && method === 'tools/call');
    const inSession = document.sessions !== undefined && isLegacy(headers, admitted.body);
    // One question answers for the whole body: the server says all its tools.
    if (tools !== undefined && calls.some((call) => tools.known(nameOf(call)) === undefined)) {
      return tools.ask(admitted).then(() => judgeAll(calls, inSession));
    }
    return judgeAll(calls, inSession);
  };
}

function nameOf({ params }: Message): string {
  return String(params.name);
}

function admitArguments({ params }: Message, bounds: ArgumentBounds, tool: KnownTool | undefined): Result<void> {
  const given = params.arguments ?? {};
  const found = isRecord(given) ? (outOfBounds(given, bounds) ?? tool?.check(given)) : problem('must be an object');
  return found === undefined ? ok(undefined) : refuse({ reason: 'arguments_invalid', problem: sentence(found) });
}
