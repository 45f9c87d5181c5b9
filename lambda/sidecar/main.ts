/** What the guard's container runs. */
import { runInContainer } from '../serve/container';
import { sidecar } from './sidecar';

async function main(): Promise<void> {
  await runInContainer(sidecar(process.env));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
