/**
 * Server-sent events, one at a time: the data of each event passes through a function, its other fields
 * stay (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */

const END = /\r\n\r\n|\n\n|\r\r/;

/** Cuts a text stream into whole events; the end of the text is kept until its event is complete. */
export class EventSplitter {
  private rest = '';
  /** The last characters of the rest, where the end of an event may have begun. */
  private tail = '';

  push(chunk: string): string[] {
    // The rest holds no end, and is not read again before its event ends: an event may come in many small chunks.
    const recent = this.tail + chunk;
    const whole = this.rest + chunk;
    const events = END.test(recent) ? whole.split(END) : [whole];
    this.rest = events.pop() ?? '';
    this.tail = (events.length > 0 ? this.rest : recent).slice(-3);
    return events;
  }

  /** What was not closed by an empty line is not an event, by the standard. */
  get pendingLength(): number {
    return this.rest.length;
  }
}

/** Fields besides the data, and comments. */
const OTHER_FIELD = /^(?:event|id|retry)?:/;

/**
 * The event with its data replaced, nothing where the new data is empty; events without data (comments, keep-alives)
 * stay.
 */
export function mapEventData(event: string, map: (data: string) => string): string {
  const lines = event.split(/\r\n|\n|\r/);
  const data = lines.filter(isData).map((line) => line.slice(5).replace(/^ /, ''));
  // Nothing else goes on: a line that is no field here may be one to who takes a byte order mark off it.
  const others = lines.filter((line) => OTHER_FIELD.test(line));
  if (data.length === 0) return `${others.join('\n')}\n\n`;
  const text = data.join('\n');
  if (!/[^\n]/.test(text)) return `${[...others, 'data: '].join('\n')}\n\n`;
  const mapped = map(text);
  return mapped === '' ? '' : `${[...others, `data: ${mapped}`].join('\n')}\n\n`;
}

export function eventOf(data: string): string {
  return `event: message\ndata: ${data}\n\n`;
}

function isData(line: string): boolean {
  return line === 'data' || line.startsWith('data:');
}
