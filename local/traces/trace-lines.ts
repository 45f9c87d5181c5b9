/** The spans of one call as lines on a terminal: a tree, with what each took. */
import { xrayId } from '../../lambda/guard/tracing/trace-context';
import type { ReadSpan } from './otlp';

export function traceLines(spans: readonly ReadSpan[]): string[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const lines: string[] = [];
  const draw = (span: ReadSpan, depth: number) => {
    const host = span.kind === 'client' ? ` ${span.attributes['server.address']}` : '';
    const error = span.failed ? `  ${span.attributes['error.type']}` : '';
    const trace = depth === 0 ? `  (${xrayId(span.traceId)})` : '';
    const took = `${span.durationMs.toFixed(1)} ms`.padStart(10);
    lines.push(`${' '.repeat(16)} ${took}  ${'  '.repeat(depth)}${span.name}${host}${error}${trace}`);
    const below = spans.filter(({ parentId }) => parentId === span.spanId);
    for (const child of below.sort((a, b) => a.start - b.start)) draw(child, depth + 1);
  };
  for (const span of spans) if (span.parentId === undefined || !ids.has(span.parentId)) draw(span, 0);
  return lines;
}
