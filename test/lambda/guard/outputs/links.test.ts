import { outgoingAnswer } from '../../../../lambda/guard/outputs/outputs';
import { asking, factsFor, leaving, policyWith, said } from '../../../support/outputs';

const REMOVED = { type: 'text', text: '[removed: a link that is not allowed]' };
const link = (uri: string) => ({ type: 'resource_link', name: 'x', uri });
const embedded = (uri: string) => ({ type: 'resource', resource: { uri, text: 'x' } });

test.each([
  'javascript:alert(1)',
  ' JavaScript:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  `${' '.repeat(400)}javascript:alert(1)`,
  `java${'\t'.repeat(400)}script:alert(1)`,
  '\u00a0\ufeff\u3000javascript:alert(1)',
  `${'\u200b'.repeat(70)}javascript:alert(1)`,
  'data:text/html,<script>1</script>',
  'file:///etc/passwd',
  'vbscript:x',
  'view-source:https://a.example',
])('T7 a link that runs code or reads files is removed: %j', (uri) => {
  const { result, redactions } = leaving({ content: [link(uri), embedded(uri), { type: 'text', text: 'y' }] });
  expect(result.content).toEqual([REMOVED, REMOVED, { type: 'text', text: 'y' }]);
  expect(redactions).toEqual({ link: 2 });
});

test.each(['https://a.example/b', 'notes://note/1', 's3://bucket/key', 'mailto:a@b.example', 'ui://view'])(
  'T7 other links stay: %s',
  (uri) => {
    const content = [link(uri), embedded(uri)];
    expect(leaving({ content })).toMatchObject({ result: { content }, redactions: {} });
  },
);

test('T7 a list of schemes lets nothing else pass', () => {
  const listed = policyWith({ linkSchemes: ['https', 'notes'] });
  const content = [link('HTTPS://a.example'), link('notes://note/1'), link('http://a.example'), link('relative')];
  expect(leaving({ content }, listed).result.content).toEqual([content[0], content[1], REMOVED, REMOVED]);
});

test('T7 links in what a prompt says and a resource holds are removed', () => {
  const prompt = { messages: [{ role: 'user', content: link('javascript:1') }] };
  expect(leaving(prompt, undefined, asking('prompts/get', { name: 'summarize' })).result.messages[0].content).toEqual(
    REMOVED,
  );
  const contents = [
    { uri: 'file:///etc/passwd', text: 'x' },
    { uri: 'notes://note/1', text: 'y' },
  ];
  const read = asking('resources/read', { uri: 'notes://note/1' });
  expect(leaving({ contents }, undefined, read).result.contents).toEqual([contents[1]]);
});

test('T7 an address that a person is to open is not one that runs code', () => {
  const url = 'javascript:alert(1)';
  const asked = { inputRequests: { a: { method: 'elicitation/create', params: { mode: 'url', url, message: 'x' } } } };
  expect(leaving(asked).result.inputRequests.a.params.url).toBe('https://removed.invalid/');
});

test('T7 icons may be pictures within their address, and nothing else', () => {
  const icons = [{ src: 'data:image/png;base64,AA' }, { src: 'data:text/html,x' }, { src: 'javascript:1' }];
  const tools = [{ name: 'list_notes', icons }];
  expect(leaving({ tools }, undefined, asking('tools/list', {})).result.tools[0].icons).toEqual([icons[0]]);
});

test('T7 an address whose name is spelled in escapes is one', () => {
  const text = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"resource_link","\\u0075ri":"javascript:1"}]}}';
  expect(outgoingAnswer(text, asking(), factsFor()).text).not.toContain('javascript');
});

test('T7 an address in a text is a text', () => {
  const result = said('never open javascript:alert(1)');
  expect(leaving(result).result).toEqual(result);
});
