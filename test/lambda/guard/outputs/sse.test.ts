import { EventSplitter, mapEventData } from '../../../../lambda/guard/outputs/sse';

const guarded = (event: string) => mapEventData(event, () => 'looked at');

test.each([
  ['data', 'data: secret', 'data: looked at\n\n'],
  ['data over two lines', 'data: se\ndata: cret', 'data: looked at\n\n'],
  [
    'other fields and comments',
    'event: message\nid: 7\nretry: 1\n: alive\ndata: secret',
    'event: message\nid: 7\nretry: 1\n: alive\ndata: looked at\n\n',
  ],
  ['empty data, with its id', 'id: 7\ndata: ', 'id: 7\ndata: \n\n'],
  ['a comment alone', ': alive', ': alive\n\n'],
])('T7 passes %s on', (_what, event, expected) => {
  expect(guarded(event)).toBe(expected);
});

test.each([
  ['behind a byte order mark', '\ufeffdata: secret'],
  ['behind a byte order mark, beside data', '\ufeffdata: secret\ndata: other'],
  ['behind a space', ' data: secret'],
  ['in a field nobody knows', 'datum: secret'],
])('T7 drops a line %s: it was not looked at', (_what, event) => {
  expect(guarded(event)).not.toContain('secret');
});

test.each(['\n\n', '\r\n\r\n', '\r\r'])('T7 an event ends at %j wherever that is cut', (end) => {
  const text = `data: a${end}data: b${end}rest`;
  for (let at = 0; at <= text.length; at++) {
    const splitter = new EventSplitter();
    expect([...splitter.push(text.slice(0, at)), ...splitter.push(text.slice(at))]).toEqual(['data: a', 'data: b']);
    const each = new EventSplitter();
    expect([...text].flatMap((character) => each.push(character))).toEqual(['data: a', 'data: b']);
    expect(each.pendingLength).toBe(4);
  }
});

test('T8 an event in many small chunks is not read anew for each', () => {
  const splitter = new EventSplitter();
  const started = process.cpuUsage();
  for (let count = 0; count < 100_000; count++) splitter.push('data: some text of it\n');
  const [event] = splitter.push('\n');
  expect(event).toHaveLength(100_000 * 22 - 1);
  expect(process.cpuUsage(started).user / 1000).toBeLessThan(500);
});
