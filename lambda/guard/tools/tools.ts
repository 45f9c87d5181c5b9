/**
 * What the server says of its tools, kept for the calls to come: it is asked when a tool is called that is not known
 * yet, and again after a while. What a list on its way out shows is compared too, so a tool that changes is judged
 * anew before anyone sees it.
 */
import type { Admitted } from '../admission';
import { credentialAsked } from '../credentials/schema';
import { isRecord } from '../message';
import { compileSchema } from '../schema/compile';
import type { Check } from '../schema/problem';

export interface KnownTool {
  /** Whether arguments are what the tool's schema says. */
  readonly check: Check;
  /** The property with which the tool asks for a credential; undefined: it asks for none. */
  readonly asks?: string;
}

/** Every tool that the server lists for a caller, all pages. */
export type ListTools = (admitted: Admitted) => Promise<readonly unknown[]>;

export interface ToolCatalogue {
  /** Undefined: the server was not asked yet, or lists no such tool. */
  known(name: string): KnownTool | undefined;
  /** Asks the server for its tools, as it lists them to this caller; what it lists is known from then on. */
  ask(admitted: Admitted): Promise<void>;
  /** The tool that a list shows, as it is listed now; undefined: it is none. */
  listed(tool: unknown): KnownTool | undefined;
}

export interface CatalogueOptions {
  readonly list: ListTools;
  readonly unknownProperties: boolean;
  /** Called once for each tool that asks for a credential. */
  readonly withheld: (name: string, property: string) => void;
  /** Milliseconds. */
  readonly clock: () => number;
}

/** How long a schema is believed to stay, in milliseconds. */
const BELIEVED_MS = 300_000;
/** Tools kept; a server whose names have no end is asked again. */
const MAX_TOOLS = 5_000;

/** A caller's question is not asked again within this time, in milliseconds. */
const ASK_AGAIN_MS = 5_000;
const MAX_CALLERS = 1_000;
/** How long a server may take to list its tools, in milliseconds. */
const PATIENCE_MS = 10_000;

interface Entry extends KnownTool {
  /** The schema as text, and what else was judged. */
  readonly text: string;
  until: number;
}

export function toolCatalogue({ list, unknownProperties, withheld, clock }: CatalogueOptions): ToolCatalogue {
  const entries = new Map<string, Entry>();
  const reported = new Set<string>();
  /** By caller: servers may list other tools to others. */
  const asked = new Map<string, { readonly at: number; open: boolean; readonly answer: Promise<void> }>();

  function learn(tool: unknown): Entry | undefined {
    if (!isRecord(tool) || typeof tool.name !== 'string') return undefined;
    const { name, inputSchema, description } = tool;
    const text = JSON.stringify([inputSchema, description]);
    const known = entries.get(name);
    const until = clock() + BELIEVED_MS;
    if (known?.text === text) {
      known.until = until;
      return known;
    }
    const asks = credentialAsked(inputSchema, description);
    if (asks !== undefined && !reported.has(name) && reported.size < MAX_TOOLS) {
      reported.add(name);
      withheld(name, asks);
    }
    const entry: Entry = {
      text,
      asks,
      until,
      check: onFirstUse(() => compileSchema(inputSchema, { unknownProperties })),
    };
    if (entries.size >= MAX_TOOLS) entries.clear();
    entries.set(name, entry);
    return entry;
  }

  return {
    known(name) {
      const entry = entries.get(name);
      return entry !== undefined && entry.until > clock() ? entry : undefined;
    },
    ask(admitted) {
      const { kind, id } = admitted.principal;
      const caller = `${kind} ${id}`;
      const last = asked.get(caller);
      // Whoever calls names that are not there does not have the server list its tools for each of them.
      if (last !== undefined && (last.open || clock() - last.at < ASK_AGAIN_MS)) return last.answer;
      if (asked.size >= MAX_CALLERS) asked.delete(asked.keys().next().value ?? '');
      const question = {
        at: clock(),
        open: true,
        answer: inTime(list(admitted)).then((tools) => tools.forEach(learn)),
      };
      asked.set(caller, question);
      question.answer.then(
        () => {
          question.open = false;
        },
        () => asked.delete(caller),
      );
      return question.answer;
    },
    listed: learn,
  };
}

/** Most tools of a server are listed and never called. */
function onFirstUse(make: () => Check): Check {
  let check: Check | undefined;
  return (value) => {
    check ??= make();
    return check(value);
  };
}

/** A list that never comes must not hold the call until the platform ends it without a word. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the server did not list its tools in time')), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
