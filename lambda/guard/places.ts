/** What is open at the same time, for each principal and for all: nobody takes all the places of an instance. */
import type { Principal } from './principal';

export class Places {
  private readonly taken = new Map<string, number>();

  private all = 0;

  constructor(
    private readonly each: number,
    private readonly most = Number.POSITIVE_INFINITY,
  ) {}

  /** Whether there is none left for anybody. */
  get full(): boolean {
    return this.all >= this.most;
  }

  /** How to give the place back, which may be said twice; undefined: there is none left. */
  take({ kind, id }: Principal): (() => void) | undefined {
    const key = `${kind} ${id}`;
    const now = this.taken.get(key) ?? 0;
    if (now >= this.each || this.all >= this.most) return undefined;
    this.taken.set(key, now + 1);
    this.all += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.all -= 1;
      const left = (this.taken.get(key) ?? 1) - 1;
      if (left > 0) this.taken.set(key, left);
      else this.taken.delete(key);
    };
  }
}
