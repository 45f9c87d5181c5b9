/** Secrets and addresses in spellings that hide them. */
import { spansInEscaped } from '../../../../lambda/guard/outputs/escapes';
import { linksOf } from '../../../../lambda/guard/outputs/links';
import { outputPolicyOf } from '../../../../lambda/guard/outputs/output-policy';
import { CONFIG } from '../../../support/guard';

const links = linksOf(CONFIG.policy);
const { redactor } = outputPolicyOf(CONFIG);

test('T7 a run of backslashes takes time in proportion to its length', () => {
  const started = performance.now();
  spansInEscaped(`${'\\'.repeat(2_000_000)}q \\x41`, () => []);
  expect(performance.now() - started).toBeLessThan(1_000);
});

test('T7 escapes with braces are read', () => {
  const decoded: string[] = [];
  spansInEscaped('a\\u{41}\\u{0042}\\x43', (text) => {
    decoded.push(text);
    return [];
  });
  expect(decoded).toEqual(['aABC']);
});

test.each([
  ['spaces', ' '.repeat(64)],
  ['line breaks', '\n'.repeat(300)],
  ['a no-break space', '\u00a0'],
])('T7 a scheme behind %s is a scheme', (_, padding) => {
  const result = { content: [{ type: 'resource_link', name: 'x', uri: `${padding}javascript:alert(1)` }] };
  expect(links.mayHold(JSON.stringify(result))).toBe(true);
  expect(JSON.stringify(links.filter(result, {}))).not.toContain('javascript');
});

test.each(['passPhrase', 'passCode', 'PassWord', 'PASSWD'])('T7 what %s names does not leave', (name) => {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { structuredContent: { [name]: 'hunter2!xyz' } } });
  expect(redactor.mayHold(text)).toBe(true);
  expect(JSON.stringify(redactor.redact(JSON.parse(text), {}))).not.toContain('hunter2');
});
