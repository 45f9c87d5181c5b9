/** What happens, as lines on a terminal: decisions of the guard, events of the broker, and what never got that far. */
import { recordOf } from './functions/audit-lines';
import { accessLine, brokerLine, liveLine } from './live-line';

/** The access log's line of a request may come before the record that says more of it. */
const HELD_MS = 300;
/** Requests whose records were shown lately. */
const REMEMBERED = 1_000;

export interface LiveViewOptions {
  readonly write: (line: string) => void;
  /** Names by client id. */
  readonly clients: ReadonlyMap<string, string>;
  readonly heldMs?: number;
}

/** Takes each line of any log; a request is shown once, by whoever knows the most of it. */
export function liveView({ write, clients, heldMs = HELD_MS }: LiveViewOptions): (line: string) => void {
  const shown = new Set<string>();
  const show = (id: string, line: string) => {
    shown.add(id);
    if (shown.size > REMEMBERED) shown.delete([...shown][0] as string);
    write(line);
  };
  return (line) => {
    const record = recordOf(line);
    const id = String(record?.requestId);
    if (record?.type === 'audit') show(id, liveLine(JSON.stringify(record), clients));
    else if (record?.type === 'broker') show(id, brokerLine(record, clients));
    else if (Number(record?.status) >= 400 && record?.route !== undefined) {
      const told = accessLine(record);
      setTimeout(() => shown.has(id) || write(told), heldMs).unref();
    }
  };
}
