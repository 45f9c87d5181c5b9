import { errorData } from '../../../../lambda/guard/outputs/error-data';
import { asking, leaving } from '../../../support/outputs';

const read = asking('resources/read', { uri: 'notes://note/1' });
const leak = 'open /srv/app.js: password=hunter2';

test('T9 a resource that was not found is the one that was asked for', () => {
  expect(errorData(-32002, { uri: 'notes://note/1', stack: leak }, read)).toEqual({ uri: 'notes://note/1' });
  expect(errorData(-32002, { uri: leak }, read)).toBeUndefined();
});

test('T9 capabilities and versions are words, names and values alike', () => {
  const requiredCapabilities = { sampling: {}, elicitation: { url: true }, [leak]: {}, roots: leak };
  expect(errorData(-32021, { requiredCapabilities, stack: leak }, read)).toEqual({
    requiredCapabilities: { sampling: {}, elicitation: { url: true } },
  });
  expect(errorData(-32022, { supported: ['2025-11-25', leak], requested: leak }, read)).toEqual({
    supported: ['2025-11-25'],
  });
});

test('T9 other codes have no data', () => {
  expect(errorData(-32602, { uri: 'notes://note/1' }, read)).toBeUndefined();
  expect(errorData(-32021, leak, read)).toBeUndefined();
});

test('T9 what the SDK says of arguments is let through for the tool that was called, and for no other', () => {
  const says = (tool: string, ...others: object[]) => {
    const text = `Input validation error: Invalid arguments for tool ${tool}: hunter2`;
    return leaving({ isError: true, content: [{ type: 'text', text }, ...others] }).text;
  };
  expect(says('list_notes')).toContain('hunter2');
  expect(says('query_db')).not.toContain('hunter2');
  expect(says('list_notes', { type: 'text', text: 'stack' })).not.toContain('stack');
});
