/** Calls that run at the same time, for each principal: nobody takes all the places of an instance. */
import type { Principal } from './principal';

export class Places {
  private readonly taken = new Map<string, number>();

  constructor(private readonly each: number) {}

  /** How to give the place back, which may be said twice; undefined: this principal has none left. */
  take({ kind, id }: Principal): (() => void) | undefined {
    const key = `${kind} ${id}`;
    const now = this.taken.get(key) ?? 0;
    if (now >= this.each) return undefined;
    this.taken.set(key, now + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.taken.get(key) ?? 1) - 1;
      if (left > 0) this.taken.set(key, left);
      else this.taken.delete(key);
    };
  }
}
