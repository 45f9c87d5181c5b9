import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditRecordOf } from '../../local/functions/audit-lines';
import { LogBook } from '../../local/log-book';

test.each([
  ['{"type":"audit","decision":"allow"}', '{"type":"audit","decision":"allow"}'],
  ['{"level":"INFO","message":{"type":"audit"}}', '{"type":"audit"}'],
  ['{"level":"INFO","message":"{\\"type\\":\\"audit\\"}"}', '{"type":"audit"}'],
  ['{"level":"INFO","message":"audit"}', undefined],
  ['{"type":"audit"', undefined],
  ['2026-01-01\tid\tINFO\tx', undefined],
])('the audit record in %s', (line, record) => {
  expect(auditRecordOf(line)).toBe(record);
});

test('one file per source, the audit records in one of their own and in memory', () => {
  const book = new LogBook(join(mkdtempSync(join(tmpdir(), 'logs-')), 'logs'));
  book.write('Server', 'hello');
  book.write('Server', '{"type":"audit","n":1}');
  book.write('Other', '{"type":"audit","n":2}');
  expect(readFileSync(book.path('Server'), 'utf8')).toBe('hello\n{"type":"audit","n":1}\n');
  expect(book.auditLines()).toEqual(['{"type":"audit","n":1}', '{"type":"audit","n":2}']);
  expect(readFileSync(book.auditLog, 'utf8')).toBe('{"type":"audit","n":1}\n{"type":"audit","n":2}\n');
});
