import { ScriptedBrowser } from './browser';
import { answerOf, McpSession, successOf } from './mcp-session';
import { NOTE, NOTES, servesNotes } from './notes';
import { must, type Report } from './report';
import { SignInProvider } from './sign-in-provider';
import {
  type DemonstrationStack,
  type DemonstrationUser,
  hasBroker,
  shortScopes,
  signInClient,
  usersByGroups,
} from './stack';

/** Who signed in, by the `sub` that the audit log names. */
export type KnownUsers = Map<string, string>;

interface SignedIn {
  readonly user: DemonstrationUser;
  readonly browser: ScriptedBrowser;
  readonly provider: SignInProvider;
  readonly session: McpSession;
  readonly tools: readonly string[];
}

/** People sign in with code and PKCE, step up when a call needs it, and see what their groups and name allow. */
export async function showUsers(stack: DemonstrationStack, issuer: string, report: Report): Promise<KnownUsers> {
  const known: KnownUsers = new Map();
  const { more, fewer } = usersByGroups(stack);
  if (signInClient(stack) === undefined || more === undefined) {
    report.note('(this stack has no pre-registered client without a secret and no registration, or no user)');
    return known;
  }
  const open: McpSession[] = [];
  const signIn = async (user: DemonstrationUser) => {
    const signedIn = await signInAs(user, stack, issuer, report);
    open.push(signedIn.session);
    if (signedIn.provider.subject !== undefined) known.set(signedIn.provider.subject, user.username);
    return signedIn;
  };
  let first: SignedIn | undefined;
  let noteId: string | undefined;

  try {
    await report.part(`User '${more.username}' (groups: ${more.groups.join(', ') || 'none'})`, async () => {
      first = await signIn(more);
      if (servesNotes(first.tools)) noteId = await showStepUp(first, stack, report);
    });
    if (fewer === undefined) return known;
    await report.part(`User '${fewer.username}' (groups: ${fewer.groups.join(', ') || 'none'})`, async () => {
      const second = await signIn(fewer);
      if (first === undefined || noteId === undefined) return;
      await showSeparation(first, second, noteId, report);
    });
  } finally {
    await Promise.all(open.map((session) => session.close()));
  }
  return known;
}

async function signInAs(
  user: DemonstrationUser,
  stack: DemonstrationStack,
  issuer: string,
  report: Report,
): Promise<SignedIn> {
  const [name, client] = signInClient(stack) ?? [];
  must(name !== undefined, 'this stack has no client to sign in with');
  const browser = new ScriptedBrowser(user);
  const provider = new SignInProvider(name, client, issuer, browser);
  let session: McpSession | undefined;
  let tools: readonly string[] = [];
  const asks = hasBroker(stack) ? 'consents, then ' : '';
  await report.step(`${asks}signs in to client '${name}' in a browser (code, PKCE)`, async () => {
    session = await McpSession.connect(stack.mcpUrl, provider);
    if (hasBroker(stack)) mustHaveAsked(browser, provider.redirectUrl);
    return `asked for ${shortScopes(stack, provider.requested[0]?.split(' ') ?? [])}, MCP ${session.protocol}`;
  });
  must(session !== undefined, 'not connected');
  const connected = session;
  await report.step('lists the tools', async () => {
    tools = await connected.tools();
    return tools.join(', ') || 'none';
  });
  return { user, browser, provider, session, tools };
}

/** The page comes before the password, and says where the user is sent. */
function mustHaveAsked(browser: ScriptedBrowser, redirectUrl: string): void {
  must(browser.pages[0] === 'consent', 'the user was not asked for consent before the sign-in');
  const { host } = new URL(redirectUrl);
  must(browser.consents[0]?.includes(host), `the consent page does not say that it leads to ${host}`);
}

async function showStepUp(first: SignedIn, stack: DemonstrationStack, report: Report): Promise<string | undefined> {
  const { session, provider, browser } = first;
  let id: string | undefined;
  await report.step(`calls ${NOTES.list} with the scope it has`, async () => {
    return successOf(await session.call(NOTES.list, {}));
  });
  const before = provider.requested.length;
  const add = async () => {
    const result = await session.call(NOTES.add, NOTE);
    must(result.isError !== true, `failed: ${answerOf(result)}`);
    id = idOf(result.structuredContent);
    must(id !== undefined, `answered without an id: ${answerOf(result)}`);
  };
  // Behind a REST API clients do not hear that they lack a scope, so they have been given it at sign-in.
  if (stack.renamesChallenge) {
    await report.step(`calls ${NOTES.add} with the scope it was given at sign-in`, async () => {
      await add();
      must(provider.requested.length === before, 'asked for more');
      return 'a REST API lets no client step up';
    });
  } else {
    await report.step(
      `calls ${NOTES.add}: the server asks for more, the client steps up and repeats the call`,
      async () => {
        await add();
        must(provider.requested.length === before + 1, 'went through without stepping up');
        must(browser.passwordsTyped === 1, 'the password was asked for again');
        must(browser.consents.length === (hasBroker(stack) ? 2 : 0), 'the user was not asked for the new scope');
        return `now ${shortScopes(stack, provider.requested.at(-1)?.split(' ') ?? [])}, no second password`;
      },
    );
  }
  await report.step(`${NOTES.list} still works and shows the note`, async () => {
    must(successOf(await session.call(NOTES.list, {})).includes(NOTE.title), 'does not show it');
    return NOTE.title;
  });
  await report.step(`sees ${NOTES.remove}, which is for one group only`, async () => {
    must((await session.tools()).includes(NOTES.remove), 'does not see it');
    return '';
  });
  return id;
}

async function showSeparation(first: SignedIn, second: SignedIn, noteId: string, report: Report): Promise<void> {
  await report.step(`${NOTES.list} shows nothing of '${first.user.username}'`, async () => {
    const answer = successOf(await second.session.call(NOTES.list, {}));
    must(!answer.includes(noteId), `shows ${answer}`);
    return answer;
  });
  await report.step(`${NOTES.remove} does not exist for '${second.user.username}', called or listed`, async () => {
    must(!second.tools.includes(NOTES.remove), 'is listed');
    const refusal = await refusalOf(second.session, noteId);
    must(refusal !== undefined, 'went through');
    return refusal;
  });
  await report.step(`'${first.user.username}' deletes the note`, async () => {
    const result = await first.session.call(NOTES.remove, { id: noteId });
    must(result.isError !== true, `failed: ${answerOf(result)}`);
    return '';
  });
}

async function refusalOf(session: McpSession, noteId: string): Promise<string | undefined> {
  try {
    const result = await session.call(NOTES.remove, { id: noteId });
    return result.isError ? answerOf(result) : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function idOf(content: unknown): string | undefined {
  if (typeof content !== 'object' || content === null || !('id' in content)) return undefined;
  return String(content.id);
}
