/**
 * A stream of events with a comment wherever it would be silent for long: what is in between ends connections that
 * nothing moves on. Events come whole, so that a comment never stands inside of one (HTML standard, server-sent
 * events: a line that begins with a colon is no event).
 */
const COMMENT = Buffer.from(':\n\n');

export async function* withHeartbeat(body: ReadableStream<Uint8Array>, everyMs: number): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const next = reader.read();
      let step = await silence(next, everyMs);
      while (step === 'silent') {
        yield COMMENT;
        step = await silence(next, everyMs);
      }
      if (step.done) return;
      yield step.value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function silence<T>(next: Promise<T>, ms: number): Promise<T | 'silent'> {
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<'silent'>((resolve) => {
    timer = setTimeout(() => resolve('silent'), ms);
  });
  try {
    return await Promise.race([next, silent]);
  } finally {
    clearTimeout(timer);
  }
}
