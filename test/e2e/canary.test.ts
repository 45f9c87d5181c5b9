import { startStack, type TestStack } from '../support/stack';
import { connectMachine } from './support/sessions';

jest.setTimeout(60_000);

let running: TestStack;

beforeAll(async () => {
  running = await startStack({ port: 4600, app: 'CDK_CONTEXT_JSON=\'{"canary":"true"}\' npx tsx bin/app.ts' });
}, 60_000);
afterAll(() => running?.stop());

test('O3 a server behind an alias answers as one that is called itself', async () => {
  const session = await connectMachine('v2 modern', running.stack, 'reporting');
  expect((await session.call('list_notes')).isError).not.toBe(true);
  await session.client.close();
});
