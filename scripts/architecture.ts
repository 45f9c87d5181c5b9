/** Draws `docs/architecture-*.svg` from what the example synthesises to: `npx tsx scripts/architecture.ts`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { draw } from './architecture/draw';
import { factsOf } from './architecture/facts';
import { PICTURES, templateOf } from './architecture/pictures';

for (const picture of PICTURES) {
  const file = join(__dirname, '../docs', picture.file);
  writeFileSync(file, draw(picture.title, factsOf(templateOf(picture))));
  console.log(file);
}
