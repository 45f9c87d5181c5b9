/**
 * Which traces are recorded where no caller has decided: a share of them by an id that no caller chose; and without a
 * share, the first of each second and one in twenty, as X-Ray's own default rule has it.
 */

const DEFAULT_RATIO = 0.05;
/** Traces of a second that others can have recorded here by asking for it: recording costs, and they do not pay. */
const MAX_ASKED = 50;
const DIGITS = 12;

export class Sampler {
  private second = Number.NaN;
  private first = false;
  private asked = 0;

  constructor(private readonly ratio?: number) {}

  /** Of a trace that the caller, or the platform, wants recorded. */
  admits(now: number): boolean {
    this.turn(now);
    this.asked += 1;
    return this.asked <= MAX_ASKED;
  }

  decides(traceId: string, now: number): boolean {
    this.turn(now);
    if (this.ratio === undefined && this.first) {
      this.first = false;
      return true;
    }
    const share = Number.parseInt(traceId.slice(-DIGITS), 16) / 16 ** DIGITS;
    return share < (this.ratio ?? DEFAULT_RATIO);
  }

  private turn(now: number): void {
    const second = Math.floor(now / 1000);
    if (second === this.second) return;
    this.second = second;
    this.first = true;
    this.asked = 0;
  }
}
