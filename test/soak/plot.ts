/** A series as lines of text: high enough to see a slope, small enough for a log. */

const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Rows of a bar for each value, from `floor` to the largest; each row is eight steps high. */
export function plot(values: readonly number[], { rows = 6, floor = 0, unit = '' } = {}): string {
  const top = Math.max(...values, floor + 1);
  const step = (top - floor) / (rows * 8);
  const steps = values.map((value) => Math.round((value - floor) / step));
  const lines = Array.from({ length: rows }, (_, index) => {
    const row = rows - 1 - index;
    const bars = steps.map((height) => BLOCKS[Math.min(8, Math.max(0, height - row * 8))]).join('');
    const label = index === 0 ? top : index === rows - 1 ? floor : undefined;
    return `${label === undefined ? ' '.repeat(10) : `${label.toFixed(1)} ${unit}`.padStart(10)} │${bars}`;
  });
  return `${lines.join('\n')}\n${' '.repeat(11)}└${'─'.repeat(values.length)}`;
}
