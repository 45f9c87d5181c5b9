// Ends the process groups it was told of when the platform is gone, however that happened.
import { createInterface } from 'node:readline';

const groups = new Set();
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const group = Number(line.slice(1));
    if (line.startsWith('+')) groups.add(group);
    else groups.delete(group);
  })
  .on('close', () => {
    for (const group of groups) {
      try {
        process.kill(-group, 'SIGKILL');
      } catch {
        // It ended by itself.
      }
    }
  });
