/** Is a series flat? Judged on the second half of it: the first is caches filling and code being compiled. */

export interface Sample {
  /** Calls made before the sample was taken. */
  readonly calls: number;
  /** Bytes on the heap after two full collections, with nothing in flight. */
  readonly heap: number;
  readonly rss: number;
  /** Open sockets, running timers and whatever else would keep the process alive, by kind. */
  readonly handles: Readonly<Record<string, number>>;
}

export interface Verdict {
  /** Bytes per call by which the heap grows. */
  readonly slope: number;
  /** Bytes by which it grew over the second half, by the fitted line. */
  readonly growth: number;
  /** What is not flat, in words; empty: everything is. */
  readonly problems: readonly string[];
}

/** Growth over the second half that is taken for noise: the collector does not end at the same byte twice. */
const NOISE_BYTES = 640 * 1024;
/** Last sample over the first of the second half. */
const LAST_OVER_FIRST = 1.03;
/** Handles more than before that are no leak: a socket that has just been let go. */
const HANDLE_NOISE = 2;

export function judge(samples: readonly Sample[]): Verdict {
  const half = samples.slice(Math.floor(samples.length / 2));
  const [first] = half;
  const last = half.at(-1);
  if (first === undefined || last === undefined || half.length < 4) {
    return { slope: Number.NaN, growth: Number.NaN, problems: ['fewer than eight samples: nothing can be said'] };
  }
  const slope = robustSlope(half.map(({ calls, heap }) => [calls, heap]));
  const growth = slope * (last.calls - first.calls);
  const problems: string[] = [];
  if (growth > NOISE_BYTES) {
    problems.push(`the heap grows by ${slope.toFixed(1)} bytes a call, ${kilobytes(growth)} over the second half`);
  }
  if (last.heap > first.heap * LAST_OVER_FIRST + NOISE_BYTES / 2) {
    problems.push(`the heap ends at ${kilobytes(last.heap)}, from ${kilobytes(first.heap)} half-way`);
  }
  for (const kind of new Set(half.flatMap(({ handles }) => Object.keys(handles)))) {
    const counts = half.map(({ handles }) => handles[kind] ?? 0);
    const third = Math.ceil(counts.length / 3);
    const early = Math.max(...counts.slice(0, third));
    const late = Math.min(...counts.slice(-third));
    if (late > early + HANDLE_NOISE)
      problems.push(`${kind}: never under ${late} at the end, never over ${early} before`);
  }
  return { slope, growth, problems };
}

/** The median of the slopes between all pairs (Theil, Sen): one odd sample does not tilt it. */
export function robustSlope(points: readonly (readonly [number, number])[]): number {
  const slopes: number[] = [];
  points.forEach(([x, y], index) => {
    for (const [otherX, otherY] of points.slice(index + 1)) slopes.push((otherY - y) / (otherX - x));
  });
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? Number.NaN;
}

export function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1024).toLocaleString('en')} KB`;
}
