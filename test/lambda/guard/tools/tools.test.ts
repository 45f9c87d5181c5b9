import type { Admitted } from '../../../../lambda/guard/admission';
import { NO_BODY } from '../../../../lambda/guard/message';
import { toolCatalogue } from '../../../../lambda/guard/tools/tools';
import { USER } from '../../../support/guard';

const TOOL = { name: 'a', inputSchema: { type: 'object', properties: {} } };

function catalogue(list: () => Promise<readonly unknown[]>) {
  const at = { now: 0, asked: 0 };
  const tools = toolCatalogue({
    list: () => {
      at.asked += 1;
      return list();
    },
    unknownProperties: false,
    withheld: () => {},
    clock: () => at.now,
  });
  const by = (id: string): Admitted => ({ body: NO_BODY, principal: { ...USER, id } });
  return { at, tools, by };
}

test('T5 calls at the same time ask the server once', async () => {
  const { at, tools, by } = catalogue(async () => [TOOL]);
  await Promise.all([tools.ask(by('ada')), tools.ask(by('ada')), tools.ask(by('ada'))]);
  expect(at.asked).toBe(1);
  expect(tools.known('a')).toBeDefined();
});

test('T8 who calls names that are not there does not have the tools listed for each of them', async () => {
  const { at, tools, by } = catalogue(async () => [TOOL]);
  await tools.ask(by('ada'));
  at.now = 4_999;
  await tools.ask(by('ada'));
  expect(at.asked).toBe(1);
  await tools.ask(by('ben'));
  at.now = 5_000;
  await tools.ask(by('ada'));
  expect(at.asked).toBe(3);
});

test('a list that failed is asked for again', async () => {
  let fail = true;
  const { at, tools, by } = catalogue(async () => {
    if (fail) throw new Error('not now');
    return [TOOL];
  });
  await expect(tools.ask(by('ada'))).rejects.toThrow('not now');
  fail = false;
  await tools.ask(by('ada'));
  expect(at.asked).toBe(2);
});

test('T8 a list that never comes ends the call', async () => {
  jest.useFakeTimers();
  const { tools, by } = catalogue(() => new Promise(() => {}));
  const asked = expect(tools.ask(by('ada'))).rejects.toThrow('in time');
  await jest.advanceTimersByTimeAsync(10_000);
  await asked;
  jest.useRealTimers();
});
