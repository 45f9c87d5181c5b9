/** The diagrams say what the stack is: drawn again, they say the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { draw } from '../scripts/architecture/draw';
import { factsOf } from '../scripts/architecture/facts';
import { PICTURES, templateOf } from '../scripts/architecture/pictures';
import { factsIn } from '../scripts/architecture/svg';

jest.setTimeout(60_000);

test.each(PICTURES)('$file is drawn from today’s stack (else: npx tsx scripts/architecture.ts)', (picture) => {
  const facts = factsOf(templateOf(picture));
  expect(factsIn(readFileSync(join(__dirname, '../docs', picture.file), 'utf8'))).toEqual(facts);
  const drawn = draw(picture.title, facts);
  expect(factsIn(drawn)).toEqual(facts);
  expect(drawn).toContain(facts.endpoint.mcp);
  for (const table of facts.tables) expect(drawn).toContain(table);
});
