/** Calls that are open in sessions here, which a client may take back: nobody waits for their answers then. */
import type { Body } from '../message';
import type { Work } from '../work';

export class OpenCalls {
  private readonly works = new Map<string, Work>();

  /** A batch is not taken back in part (MCP 2025-11-25, cancellation). */
  enter(session: string, { batch, messages }: Body, work: Work): void {
    const [message] = messages;
    if (batch || message?.kind !== 'request') return;
    const key = keyOf(session, message.id);
    this.works.set(key, work);
    work.onDone = () => {
      if (this.works.get(key) === work) this.works.delete(key);
    };
  }

  /** Ends what a body of the same session takes back. */
  takeBack(session: string, { messages }: Body): void {
    for (const { method, params } of messages) {
      if (method === 'notifications/cancelled') this.works.get(keyOf(session, params.requestId))?.takeBack();
    }
  }
}

function keyOf(session: string, id: unknown): string {
  return JSON.stringify([session, id]);
}
