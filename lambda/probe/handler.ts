/** Invoked every minute; the log line is the measurement. */
import { askAt } from './ask';
import { configFrom } from './config';
import { look } from './look';
import { measurement } from './measurement';
import { secretsManager, tokenOf } from './token';

const config = configFrom(process.env);
const ask = askAt(config.address);
const tokens = config.caller && tokenOf(config.caller, ask, secretsManager(process.env));

export async function handler(): Promise<void> {
  const finding = await look(config, ask, tokens);
  const line = measurement(config.server, tokens !== undefined, finding, new Date());
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
