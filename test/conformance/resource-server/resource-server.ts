/** Our own scenarios against one of the ways in which the fixture runs, as checks in the suite's form. */
import { modern } from '../../e2e/support/requests';
import { type Claims, Forger } from '../../e2e/support/tokens';
import { startProxy } from '../proxy';
import type { Check, Checks } from '../suite';
import type { Fixture, Transport } from '../target';
import { DISCOVERY } from './discovery';
import type { Answer, Scenario, Sent, Subject } from './scenario';
import { SCOPES } from './scopes';
import { TOKENS } from './tokens';

export const RESOURCE_SERVER: readonly Scenario[] = [...TOKENS, ...DISCOVERY, ...SCOPES];

export async function runResourceServer({ stack, origins }: Fixture, transport: Transport): Promise<Checks> {
  const proxy = await startProxy({ target: origins[transport], resource: stack.resource });
  const subject: Subject = { stack, forger: new FixtureForger(stack), send: (sent) => send(proxy.url, sent) };
  try {
    const checks = new Map<string, readonly Check[]>();
    for (const scenario of RESOURCE_SERVER) {
      if (scenario.only !== undefined && scenario.only !== transport) continue;
      checks.set(scenario.id, [await checkOf(scenario, subject)]);
    }
    return checks;
  } finally {
    await proxy.close();
  }
}

/** Its tokens have the fixture's scope where nothing else is said: what is refused is to be refused for one reason. */
class FixtureForger extends Forger {
  override user(claims: Claims = {}, header: Claims = {}): Promise<string> {
    return super.user({ scope: this.scopes('use'), ...claims }, header);
  }
}

async function checkOf({ id, description, reference, run }: Scenario, subject: Subject): Promise<Check> {
  const errorMessage = await run(subject).catch((error: Error) => `the scenario failed: ${error.message}`);
  const status = errorMessage === undefined ? 'SUCCESS' : 'FAILURE';
  return { id, description, status, errorMessage, specReferences: [reference] };
}

const LIST = modern(['tools/list', {}]);

async function send(url: string, { authorization, query = '', headers = {}, wire = LIST }: Sent): Promise<Answer> {
  const response = await fetch(`${url}${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...wire.headers,
      ...headers,
      ...(authorization !== undefined && { authorization }),
    },
    body: JSON.stringify(wire.body),
  });
  return {
    status: response.status,
    challenge: response.headers.get('www-authenticate') ?? '',
    text: await response.text(),
  };
}
