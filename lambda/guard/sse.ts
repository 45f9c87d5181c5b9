/**
 * Server-sent events, one at a time: the data of each event passes through a function, its other fields
 * stay (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */

/** Cuts a text stream into whole events; the end of the text is kept until its event is complete. */
export class EventSplitter {
  private rest = '';

  push(chunk: string): string[] {
    const events = (this.rest + chunk).split(/\r\n\r\n|\n\n|\r\r/);
    this.rest = events.pop() ?? '';
    return events;
  }

  /** What was not closed by an empty line is not an event, by the standard. */
  get pendingLength(): number {
    return this.rest.length;
  }
}

/** The event with its data replaced; events without data (comments, keep-alives) stay as they are. */
export function mapEventData(event: string, map: (data: string) => string): string {
  const lines = event.split(/\r\n|\n|\r/);
  const data = lines.filter(isData).map((line) => line.slice(5).replace(/^ /, ''));
  if (data.length === 0 || data.join('') === '') return `${event}\n\n`;
  const others = lines.filter((line) => !isData(line) && line !== '');
  return `${[...others, `data: ${map(data.join('\n'))}`].join('\n')}\n\n`;
}

export function eventOf(data: string): string {
  return `event: message\ndata: ${data}\n\n`;
}

function isData(line: string): boolean {
  return line === 'data' || line.startsWith('data:');
}
