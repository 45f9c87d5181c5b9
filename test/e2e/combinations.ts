/**
 * `npm run test:combinations`: the end-to-end suites of the example, which `npm test` runs on Lambda behind an HTTP API,
 * once more for every other hosting and endpoint. Exit 1 when one fails. `--only TEXT` takes the combinations whose
 * name has the text, `--json FILE`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { table } from '../clients/support/report';

const SUITES = ['messages', 'tokens', 'public', 'clients', 'smoke'];

interface Combination {
  readonly hosting: 'lambda' | 'fargate' | 'fargate-nodejs';
  readonly endpoint: 'http' | 'rest';
}

const COMBINATIONS: readonly Combination[] = [
  { hosting: 'lambda', endpoint: 'rest' },
  { hosting: 'fargate', endpoint: 'http' },
  { hosting: 'fargate', endpoint: 'rest' },
  { hosting: 'fargate-nodejs', endpoint: 'http' },
  { hosting: 'fargate-nodejs', endpoint: 'rest' },
];

const nameOf = ({ hosting, endpoint }: Combination) => `${hosting}, ${endpoint}`;

async function passes({ hosting, endpoint }: Combination): Promise<boolean> {
  const suites = SUITES.map((suite) => `test/e2e/${suite}.test.ts`);
  const child = spawn(process.execPath, ['node_modules/jest/bin/jest.js', ...suites], {
    env: { ...process.env, CDK_MCP_HOSTING: hosting, CDK_MCP_ENDPOINT: endpoint },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'close');
  return code === 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, json: { type: 'string' } } });
  const chosen = COMBINATIONS.filter((combination) => nameOf(combination).includes(values.only));
  if (chosen.length === 0)
    throw new Error(`no combination has '${values.only}': ${COMBINATIONS.map(nameOf).join('; ')}`);
  const rows: { combination: string; outcome: 'passed' | 'failed'; seconds: number }[] = [];
  for (const combination of chosen) {
    const begun = Date.now();
    const outcome = (await passes(combination)) ? 'passed' : 'failed';
    rows.push({ combination: nameOf(combination), outcome, seconds: Math.round((Date.now() - begun) / 1000) });
  }
  const cells = rows.map(({ combination, outcome, seconds }) => [combination, outcome, String(seconds)]);
  console.log(`\n${SUITES.join(', ')}\n\n${table(['hosting, endpoint', 'outcome', 's'], cells)}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ suites: SUITES, rows }, null, 2)}\n`);
  return rows.every(({ outcome }) => outcome === 'passed') ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
