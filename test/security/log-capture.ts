/** Keeps the broker's log lines off the screen, and at hand for the rows that read them. */
export interface LogCapture {
  readonly lines: string[];
  restore(): void;
}

export function captureLog(): LogCapture {
  const lines: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = ((chunk: unknown, ...rest: never[]) => {
    if (typeof chunk === 'string' && chunk.startsWith('{"type":"broker"')) {
      lines.push(chunk);
      return true;
    }
    return write.call(process.stdout, chunk as string, ...rest);
  }) as typeof write;
  return {
    lines,
    restore: () => {
      process.stdout.write = write;
    },
  };
}
