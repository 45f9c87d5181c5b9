/** A sign-in, a grant and its refreshes across two regions: what one region made another honours, and once is once. */
import {
  approve,
  authorizationRequest,
  Browser,
  CLIENT,
  form,
  formOf,
  grant,
  paramsOf,
  refresh,
  request,
  tokenRequest,
} from '../../support/broker';
import { PRIMARY, SECOND, startTwoRegions, type TwoRegions } from '../../support/regions';

let at: TwoRegions;

beforeAll(async () => {
  at = await startTwoRegions();
});
afterAll(() => at?.stop());
beforeEach(async () => {
  at.here.ahead = 0;
  at.there.ahead = 0;
  at.provider.mode = 'ok';
  at.tables.lag = Number.POSITIVE_INFINITY;
  at.tables.setAway(PRIMARY, false);
  at.tables.setAway(SECOND, false);
  await at.tables.settle();
});

/** The fields that redeem a code. */
async function begun() {
  const { asked, code } = await approve(at.here);
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: asked.query.redirect_uri ?? '',
    client_id: CLIENT,
    code_verifier: asked.verifier,
  };
}

const inHere = async () => (await grant(at.here)).tokens.json;
const errorOf = ({ status, json }: { status: number; json: Record<string, string> }) => [status, json.error];

test('O2 handles say where their home is, and no more', async () => {
  const { code, tokens } = await grant(at.there);
  expect(code).toMatch(/^[\w-]{43}\.us-east-1$/);
  expect(tokens.json.refresh_token).toMatch(/^[\w-]{43}\.us-east-1$/);
});

describe('a code', () => {
  test('O2 begun in one region is finished in another, before anything was replicated', async () => {
    const reply = await tokenRequest(at.there, await begun());
    expect(reply.status).toBe(200);
    expect(reply.json.access_token).toBeDefined();
  });

  test('O2 A10 is redeemed once, whichever regions are asked at the same time', async () => {
    const fields = await begun();
    const replies = await Promise.all([tokenRequest(at.here, fields), tokenRequest(at.there, fields)]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  test('O2 A10 presented again in another region ends the grant there and here', async () => {
    const fields = await begun();
    const { json } = await tokenRequest(at.here, fields);
    expect(errorOf(await tokenRequest(at.there, fields))).toEqual([400, 'invalid_grant']);
    await at.tables.settle();
    expect(errorOf(await refresh(at.here, json.refresh_token ?? ''))).toEqual([400, 'invalid_grant']);
  });

  test('O2 A10 is not redeemed from a copy while its home is away', async () => {
    const fields = await begun();
    await at.tables.settle();
    at.tables.setAway(PRIMARY, true);
    expect(errorOf(await tokenRequest(at.there, fields))).toEqual([503, 'temporarily_unavailable']);
    at.tables.setAway(PRIMARY, false);
    expect((await tokenRequest(at.there, fields)).status).toBe(200);
  });

  test('O2 with the name of another region is no code', async () => {
    const fields = await begun();
    for (const region of ['us-east-1', 'eu-west-3', '']) {
      const code = fields.code.replace(/\.[^.]*$/, region && `.${region}`);
      expect(errorOf(await tokenRequest(at.here, { ...fields, code }))).toEqual([400, 'invalid_grant']);
    }
  });
});

test('O2 a sign-in that began in one region comes back to another, once', async () => {
  const asked = authorizationRequest();
  const browser = new Browser(at.here);
  const shown = await browser.get('/oauth2/authorize', form(asked.query));
  const approved = await browser.post('/oauth2/consent', form({ ...formOf(shown.body ?? ''), decision: 'approve' }));
  const queryText = at.provider.signIn(approved.headers.Location ?? '');
  const callback = { queryText, cookies: [browser.cookie ?? ''] };
  const reply = await at.there.broker(request('GET', '/oauth2/callback', callback));
  expect(paramsOf(reply).get('code')).toMatch(/\.us-east-1$/);
  const again = await at.here.broker(request('GET', '/oauth2/callback', callback));
  expect([again.status, again.headers.Location]).toEqual([400, undefined]);
});

describe('a refresh', () => {
  test('O2 A11 goes on in another region, before anything was replicated', async () => {
    const { refresh_token: handle = '' } = await inHere();
    const reply = await refresh(at.there, handle);
    expect(reply.status).toBe(200);
    expect(reply.json.refresh_token).toMatch(/\.eu-central-1$/);
    expect((await refresh(at.here, reply.json.refresh_token ?? '')).status).toBe(200);
  });

  test('O2 A11 an old handle is a replay in every region, and ends the grant in every region', async () => {
    const { refresh_token: first = '' } = await inHere();
    const second = (await refresh(at.here, first)).json.refresh_token ?? '';
    const third = (await refresh(at.there, second)).json.refresh_token ?? '';
    expect(errorOf(await refresh(at.there, first))).toEqual([400, 'invalid_grant']);
    expect(errorOf(await refresh(at.there, third))).toEqual([400, 'invalid_grant']);
    await at.tables.settle();
    expect(errorOf(await refresh(at.here, third))).toEqual([400, 'invalid_grant']);
  });

  test('O2 goes on from the copy while its home is away, and is the copy’s from then on', async () => {
    const { refresh_token: handle = '' } = await inHere();
    await at.tables.settle();
    at.tables.setAway(PRIMARY, true);
    const reply = await refresh(at.there, handle);
    expect(reply.status).toBe(200);
    const next = reply.json.refresh_token ?? '';
    expect(next).toMatch(/\.us-east-1$/);
    expect((await refresh(at.there, next)).status).toBe(200);
  });

  test('O2 A11 once the home is back, a handle from before it went away is a replay', async () => {
    const { refresh_token: handle = '' } = await inHere();
    await at.tables.settle();
    at.tables.setAway(PRIMARY, true);
    let next = handle;
    for (let time = 0; time < 2; time++) next = (await refresh(at.there, next)).json.refresh_token ?? '';
    at.tables.setAway(PRIMARY, false);
    await at.tables.settle();
    at.here.ahead = 30;
    expect(errorOf(await refresh(at.here, handle))).toEqual([400, 'invalid_grant']);
    await at.tables.settle();
    expect(errorOf(await refresh(at.there, next))).toEqual([400, 'invalid_grant']);
  });

  test('O2 what the copy does not know yet is no reason to end a grant', async () => {
    const { refresh_token: handle = '' } = await inHere();
    at.tables.setAway(PRIMARY, true);
    expect(errorOf(await refresh(at.there, handle))).toEqual([503, 'temporarily_unavailable']);
    at.tables.setAway(PRIMARY, false);
    await at.tables.settle();
    // The record of the next handle arrives, and its grant has not moved on yet.
    const next = (await refresh(at.here, handle)).json.refresh_token ?? '';
    const { services } = at.there;
    const record = await services.refreshHandles.find(next);
    await services.table.put(`REFRESH#${(await import('../../../lambda/broker/seal')).hashOf(next)}`, {
      grant: record?.grant,
      client: record?.client,
      generation: record?.generation,
      sealed: record?.sealed,
      expires: Math.floor(Date.now() / 1000) + 60,
    });
    at.tables.setAway(PRIMARY, true);
    expect(errorOf(await refresh(at.there, next))).toEqual([503, 'temporarily_unavailable']);
    at.tables.setAway(PRIMARY, false);
    expect((await refresh(at.there, next)).status).toBe(200);
  });
});

describe('the end of a grant', () => {
  const revoke = (handle: string, there = at.there) =>
    there.broker(request('POST', '/oauth2/revoke', { body: form({ token: handle, client_id: CLIENT }) }));

  test('O2 A11 in one region is its end in the other', async () => {
    const { refresh_token: handle = '' } = await inHere();
    expect((await revoke(handle)).status).toBe(200);
    // The mark is found where it was made, although the grant’s home has not seen it yet.
    expect(errorOf(await refresh(at.there, handle))).toEqual([400, 'invalid_grant']);
    await at.tables.settle();
    expect(errorOf(await refresh(at.here, handle))).toEqual([400, 'invalid_grant']);
  });

  test('O2 A11 is not undone by a later write to the grant elsewhere', async () => {
    const { refresh_token: handle = '', access_token: token = '' } = await inHere();
    await at.tables.settle();
    await revoke(token);
    // Its home has not seen the end: this refresh passes, is the later write of the grant, and wins.
    const { status, json } = await refresh(at.here, handle);
    expect(status).toBe(200);
    await at.tables.settle();
    expect(errorOf(await refresh(at.here, json.refresh_token ?? ''))).toEqual([400, 'invalid_grant']);
    expect(errorOf(await refresh(at.there, json.refresh_token ?? ''))).toEqual([400, 'invalid_grant']);
  });

  test('O2 A11 by an access token finds a grant that was not replicated yet', async () => {
    const { access_token: token = '', refresh_token: handle = '' } = await inHere();
    expect((await revoke(token)).status).toBe(200);
    await at.tables.settle();
    expect(errorOf(await refresh(at.here, handle))).toEqual([400, 'invalid_grant']);
  });

  test('O2 A11 is not claimed of a grant that a region which is away may have', async () => {
    const { access_token: token = '' } = await inHere();
    at.tables.setAway(PRIMARY, true);
    expect((await revoke(token)).status).toBe(503);
  });
});

test('O2 A9 a client that registered in one region is known in the other', async () => {
  const registered = await at.here.broker(
    request('POST', '/oauth2/register', {
      body: JSON.stringify({ redirect_uris: ['https://client.example/callback'], client_name: 'One' }),
    }),
  );
  const { client_id: id } = JSON.parse(registered.body ?? '{}');
  expect(id).toMatch(/^dyn_[\w-]{43}\.eu-central-1$/);
  const shown = await at.there.broker(
    request('GET', '/oauth2/authorize', { queryText: form(authorizationRequest({ client_id: id }).query) }),
  );
  expect(shown.status).toBe(200);
});
