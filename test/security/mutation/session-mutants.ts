// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** What sessions and sealed state defend. */
import { type Mutant, mutantsOf } from './mutant';

const THEME = ['guard: sessions'];

export const SESSION_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/sessions/sessions.ts',
    THEME,
    ['guard/sessions/sessions'],
    [
      ['a session is required', "if (id === null) return refuse({ reason: 'session_missing' });", ''],
      ['an id has one form', 'return ID.test(id) ? await go(id, request) :', 'return id ? await go(id, request) :'],
      [
        'a session that is not found is refused',
        "if (stored === undefined) return refuse({ reason: 'session_unknown' });",
        'if (stored === undefined) return ok(undefined as never);',
      ],
      ['what a session keeps is bounded', "if (!fits(after)) return refuse({ reason: 'body_too_large' });", ''],
      ['what an initialize brings is bounded', "if (!fits(state)) return refuse({ reason: 'body_too_large' });", ''],
      ['an initialize stands alone', 'if (body.batch || state === undefined)', 'if (state === undefined)'],
      ['an initialize says who asks', 'if (body.batch || state === undefined)', 'if (body.batch)'],
      ['DELETE ends the record', 'return (await store.end(key)) ? ok(session) :', 'return ok(session); return'],
      ['subscriptions outlive no rights', 'options.mayRead(principal, uri)', 'true'],
      ['a session is not kept without a table', 'if (options.table === undefined) {', 'if (false) {'],
      [
        'a table that does not answer lets nobody on',
        "return refuse({ reason: 'sessions_unavailable' }); } }, }; }",
        'return ok(undefined); } }, }; }',
      ],
      [
        'no stream where the transport has none',
        "const bodiless = options.streams ? ['GET', 'DELETE'] : ['DELETE'];",
        "const bodiless = ['GET', 'DELETE'];",
      ],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/session-store.ts',
    THEME,
    ['guard/sessions/sessions'],
    [
      ['an id has 256 bits', 'randomBytes(32)', 'Buffer.alloc(32)'],
      ['a session is of its user', 'JSON.stringify([id, kind, subject, client])', 'JSON.stringify([id, kind, client])'],
      [
        'a session is of its client',
        'JSON.stringify([id, kind, subject, client])',
        'JSON.stringify([id, kind, subject])',
      ],
      [
        'a session is of its kind of principal',
        'JSON.stringify([id, kind, subject, client])',
        'JSON.stringify([id, subject, client])',
      ],
      ['an id is not stored', "createHash('sha256').update(holder).digest('base64url')", 'holder'],
      ['expiry is compared', '|| !(expires * 1000 > now)', ''],
      ['a record belongs in its place', 'unseal(secretIn(id), key,', "unseal(Buffer.alloc(32), '',"],
      [
        'an ended session is not brought back',
        'return this.update(key, `attribute_exists(${TableKey.attribute})`,',
        'return this.update(key, `attribute_not_exists(none)`,',
      ],
      [
        'changes do not overwrite each other',
        "return this.update(key, '#version = :version',",
        "return this.update(key, ':version = :version',",
      ],
      [
        'a session ends once',
        'return this.table.delete(key, { ConditionExpression: `attribute_exists(${TableKey.attribute})` });',
        'return this.table.delete(key);',
      ],
      ['a session outlives its uses only', 'if (next - expires < TOUCH_SECONDS) return true;', 'return true;'],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/sealed.ts',
    THEME,
    ['guard/sessions/sessions'],
    [
      ['a salt is used once', 'const salt = randomBytes(SALT_BYTES);', 'const salt = Buffer.alloc(SALT_BYTES);'],
      ['a text opens in its context', "createHash('sha256').update(context).digest()", "''"],
      ['a changed text does not open', 'decipher.final()', 'Buffer.alloc(0)'],
      ['a cut text does not open', 'if (sealed.length < SALT_BYTES + TAG_BYTES) return undefined;', ''],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/sessions.ts',
    THEME,
    ['guard/sessions/sessions'],
    [['sessions that are begun are counted', 'if (wait > 0)', 'if (false)']],
  ),
  ...mutantsOf(
    'guard/era.ts',
    THEME,
    ['guard/sessions/sessions'],
    [
      ['an envelope is modern', 'if (isModern(message)) return false;', 'return true;'],
      [
        'a batch is legacy',
        "if (batch || message === undefined || message.kind === 'response')",
        "if (message === undefined || message.kind === 'response')",
      ],
      [
        'an answer is legacy',
        "if (batch || message === undefined || message.kind === 'response')",
        'if (batch || message === undefined)',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/request-state.ts',
    THEME,
    ['guard/sessions/request-state'],
    [
      ['a state is of its server', '[resource, kind, id, client, method,', '[kind, id, client, method,'],
      ['a state is of its kind of principal', '[resource, kind, id, client, method,', '[resource, id, client, method,'],
      ['a state is of its user', '[resource, kind, id, client, method,', '[resource, kind, client, method,'],
      ['a state is of its client', '[resource, kind, id, client, method,', '[resource, kind, id, method,'],
      ['a state is of its method', '[resource, kind, id, client, method,', '[resource, kind, id, client,'],
      ['a state is of its tool', "headerNameOf(request) ?? '',", ''],
      ['a state is of its arguments', 'canonical(params.arguments), ', ''],
      ['a state is of what its call addresses', ', canonical(context)]', ']'],
      ['a state expires', 'return expires > now ? state : undefined;', 'return state;'],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/request-states.ts',
    THEME,
    ['guard/sessions/request-state'],
    [
      [
        'a state that does not open is refused',
        "if (state === undefined) return refuse({ reason: 'request_state_invalid' });",
        '',
      ],
      ['every state is opened', "messages.some(({ params }) => 'requestState' in params)", 'messages.length < 0'],
      [
        'a state is text',
        "if (typeof requestState === 'string') {",
        "if (typeof requestState !== 'string') state = ''; else {",
      ],
      [
        'a state does not leave without a key',
        'if (key.value === undefined) return undefined;',
        'if (key.value === undefined) return result;',
      ],
      [
        'a state leaves sealed',
        "if (typeof state !== 'string' || resultType !== 'input_required') return result;",
        'return result;',
      ],
      [
        'a key that cannot be had opens nothing',
        "} catch { return refuse({ reason: 'sessions_unavailable' }); }",
        '} catch { state = String(requestState); }',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/seal-key.ts',
    THEME,
    ['guard/sessions/request-state'],
    [
      ['the key is random', 'const fresh = randomBytes(KEY_BYTES);', 'const fresh = Buffer.alloc(KEY_BYTES);'],
      [
        'one key is made',
        'const absent = { ConditionExpression: `attribute_not_exists(${TableKey.attribute})` };',
        'const absent = {};',
      ],
      ['a key of one process is said', 'warn();', ''],
    ],
  ),
  ...mutantsOf(
    'serve/session-transport.ts',
    [],
    ['serve/sessions', 'serve/session-server'],
    [
      [
        'answers are heard by who asked',
        'private readonly firstId = randomInt(1, 2 ** 20) * IDS;',
        'private readonly firstId = 0;',
      ],
      [
        'a question that nothing carries fails',
        "if (isPush && !this.options.streams) throw new Error('the client cannot be asked: this transport does not stream');",
        '',
      ],
      [
        'a question goes with its call',
        'options?.relatedRequestId ?? (isPush ? this.call() : undefined)',
        'options?.relatedRequestId',
      ],
    ],
  ),
  ...mutantsOf(
    'serve/live-session.ts',
    [],
    ['serve/sessions'],
    [
      [
        'work of a client that is gone ends',
        "if (ids.length > 0) request.signal.addEventListener('abort', () => this.cancel(ids), { once: true });",
        '',
      ],
      ['a lost stream is given up', 'this.transport.streamClosed();', ''],
      ['an id is used once at a time', 'this.open.has(id) ||', ''],
      ['ids of replays are not for clients', '|| isReplayed(id)', ''],
      ['a call that is taken back is answered', 'this.cancel(cancelledBy(body));', ''],
      ['what was told elsewhere is known here', 'this.state = after;', 'this.state = after; return;'],
    ],
  ),
  ...mutantsOf(
    'guard/places.ts',
    [],
    ['guard/places', 'guard/listen'],
    [
      ['nobody takes all places', 'now >= this.each ||', ''],
      ['all of them are bounded', '|| this.all >= this.most', ''],
      ['a place is given back once', 'if (given) return;', ''],
    ],
  ),
  ...mutantsOf(
    'guard/guard.ts',
    [],
    ['guard/places', 'guard/listen'],
    [
      ['nobody takes all connections with streams', 'exchange.waits ? streams :', 'exchange.waits ? undefined :'],
      ['streams take no place of a call', 'exchange.waits ? streams :', 'exchange.waits ? places :'],
      ['what one principal takes is its own doing', 'room.full ?', 'true ?'],
      ['an instance that is full says so', 'room.full ?', 'false ?'],
      ['nor do subscriptions', '|| isListen(admitted.value.body)', ''],
      ['a subscription ends where nobody would hear of it', '? BRIEF_LISTEN_MS : undefined', '? undefined : undefined'],
    ],
  ),
  ...mutantsOf(
    'guard/sessions/open-calls.ts',
    [],
    ['guard/sessions/open-calls', 'serve/sessions'],
    [
      ['calls are taken back in their own session', 'JSON.stringify([session, id])', 'JSON.stringify([id])'],
      ['what is taken back is over', '?.takeBack();', ';'],
      ['a call that is done is not kept', 'this.works.delete(key);', ';'],
      ['another call keeps its id', 'if (this.works.get(key) === work)', ''],
      ['a batch is not taken back in part', 'batch ||', ''],
    ],
  ),
  ...mutantsOf(
    'guard/work.ts',
    [],
    ['guard/sessions/open-calls'],
    [['what is taken back has not failed', 'this.takenBack = true;', '']],
  ),
  ...mutantsOf(
    'serve/session-server.ts',
    [],
    ['serve/session-server'],
    [
      ['servers are bounded', 'if (known === undefined) makeRoom(holder);', ''],
      [
        'one principal pushes out its own',
        'const theirs = [...kept].filter(([, entry]) => entry.holder === holder);',
        'const theirs = [...kept];',
      ],
      [
        'a session that does not begin is not kept',
        'if (session.begun && response.status !== 200) await ended(session);',
        '',
      ],
      [
        'a server ends with its session',
        'drop(session.key); return new Response(null, { status: 204 });',
        'return new Response(null, { status: 204 });',
      ],
    ],
  ),
];
