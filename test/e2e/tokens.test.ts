/** Tokens that must not work, sent to the whole line and to the guard alone, with no gateway before it. */
import { auditRecordIn, ENDPOINT, HOSTING, startStack, type TestStack } from '../support/stack';
import { type Assembly, mutated, ofType, type Resources, synthesised } from './support/assembly';
import { type AwsGate, startAwsGate, type Verdict } from './support/aws-gate';
import { type Answer, post, send } from './support/http';
import { type StackHere, startHere } from './support/in-process';
import { REFUSED, type RefusedToken } from './support/refused-tokens';
import { Forger } from './support/tokens';

jest.setTimeout(30_000);

let assembly: Assembly;
let unguarded: Assembly;
let line: TestStack;
let guardAlone: TestStack;

beforeAll(async () => {
  assembly = await synthesised(undefined, { endpoint: ENDPOINT, ...(HOSTING ? { hosting: HOSTING } : {}) });
  unguarded = mutated(assembly, withoutAuthorizer);
  line = await startStack({ port: 4310, app: assembly.app });
  guardAlone = await startStack({ port: 4316, app: unguarded.app });
}, 90_000);
afterAll(async () => {
  await Promise.all([line?.stop(), guardAlone?.stop()]);
  assembly?.remove();
  unguarded?.remove();
});

/** Every method of the MCP path passes the gateway: what is refused now, the guard refuses. */
function withoutAuthorizer(resources: Resources): void {
  for (const [, { Properties }] of ofType(resources, 'ApiGatewayV2::Route')) {
    delete Properties.AuthorizerId;
    delete Properties.AuthorizationScopes;
    Properties.AuthorizationType = 'NONE';
  }
  for (const [, { Properties }] of ofType(resources, 'ApiGateway::Method')) {
    delete Properties.AuthorizerId;
    Properties.AuthorizationType = 'NONE';
  }
}

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

describe.each(Object.entries(REFUSED))('%s', (_name, { token, by, reason, status = 401 }) => {
  test(`is refused by the ${by}`, async () => {
    const answer = await sendTo(line, token);
    // The authorizer of a REST API judges a token as the guard does, so that only dead grants are left to the guard.
    if (ENDPOINT === 'rest') return expectMetadata(answer, line);
    expect(answer.status).toBe(status);
    if (by === 'guard') expectGuardChallenge(answer, line);
    else expect(answer.json()).toEqual({ message: status === 401 ? 'Unauthorized' : 'Forbidden' });
  });

  test('is refused by the guard alone, which says where tokens come from (A2)', async () => {
    const answer = await sendTo(guardAlone, token);
    expect(answer.status).toBe(401);
    expectGuardChallenge(answer, guardAlone);
    const audit = await guardAlone.auditRecord(answer.json().error.data.errorId);
    expect(audit).toMatchObject({ decision: 'refuse', reason, status: 401 });
  });
});

describe.each(['gateway and guard', 'guard alone'])('%s', (which) => {
  const stack = () => (which === 'guard alone' ? guardAlone : line);

  test('A3 accept the token of a user, and A13 that of a machine', async () => {
    for (const token of [(f: Forger) => f.user(), (f: Forger) => f.machine('reporting')]) {
      const answer = await sendTo(stack(), token);
      expect(answer.status).toBe(200);
      expect(answer.json().result.tools).not.toEqual([]);
    }
  });

  test('A3 refuse two tokens in one request', async () => {
    const token = `Bearer ${await new Forger(stack().stack).user()}`;
    const answer = await send(stack().stack.mcpUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: [token, token] },
      body: LIST,
    });
    expect(answer.status).toBe(401);
  });

  test('A3 refuse a token in the query', async () => {
    const { mcpUrl } = stack().stack;
    const token = await new Forger(stack().stack).user();
    const answer = await post(`${mcpUrl}?access_token=${token}`, LIST);
    expect(answer.status).toBe(which === 'guard alone' ? 400 : 401);
    if (which === 'guard alone') expect(answer.serverChallenge).toContain('error="invalid_request"');
  });
});

test('the guard alone serves the whole demonstration: the gateway is the second lock, not the only one', () => {
  expect(guardAlone.output()).toContain('✓');
  expect(guardAlone.output()).not.toContain('✗');
});

describe('A11 while the table of the grants', () => {
  let gate: AwsGate;
  let here: StackHere;
  let forger: Forger;

  beforeAll(async () => {
    gate = await startAwsGate();
    here = await startHere({ port: 4358, app: assembly.app, preload: gate.preload });
    forger = new Forger(here.stack);
  }, 60_000);
  afterAll(async () => {
    await here?.stop();
    await gate?.close();
  });

  /** Every call of a table by a function is decided so. */
  const tables = (verdict: Verdict) => {
    gate.decide = ({ target }) => (target === here.stack.grantsTable ? verdict : 'pass');
  };

  test.each<[string, Verdict]>([
    ['answers with an error of its own', { status: 500, type: 'InternalServerError' }],
    ['is throttled', { status: 400, type: 'ProvisionedThroughputExceededException' }],
    ['may not be read', { status: 400, type: 'AccessDeniedException' }],
    ['does not answer', 'hang'],
  ])('%s, no user is let in, and none is told to sign in again; machines are', async (_name, verdict) => {
    const token = await forger.user({ origin_jti: await forger.grant() });
    tables(verdict);
    const refused = await post(here.stack.mcpUrl, LIST, { token });
    expect(refused.status).toBe(503);
    expect(refused.challenge).toBe('');
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(refused.json().error.message).toBe('The access token cannot be verified right now');
    const audit = await auditRecordIn(here.stack.auditLog, refused.json().error.data.errorId);
    expect(audit).toMatchObject({ decision: 'refuse', reason: 'grants_unavailable', status: 503 });
    const machine = await forger.machine('reporting');
    expect((await post(here.stack.mcpUrl, LIST, { token: machine })).status).toBe(200);
    tables('pass');
    expect((await post(here.stack.mcpUrl, LIST, { token })).status).toBe(200);
  });
});

async function sendTo({ stack }: TestStack, token: RefusedToken['token']): Promise<Answer> {
  return post(stack.mcpUrl, LIST, { token: await token(new Forger(stack), stack) });
}

/** RFC 6750 §3.1 and RFC 9728 §5.1; and nothing that says which check failed. */
function expectGuardChallenge(answer: Answer, stack: TestStack): void {
  expect(answer.serverChallenge).toContain('error="invalid_token"');
  expectMetadata(answer, stack);
  expect(answer.json().error.message).toBe('The access token is not valid for this server');
}

function expectMetadata({ status, serverChallenge }: Answer, { stack }: TestStack): void {
  expect(status).toBe(401);
  expect(serverChallenge).toContain(
    `resource_metadata="${new URL('/.well-known/oauth-protected-resource/mcp', stack.mcpUrl)}"`,
  );
}
