/** A token that is good, and not good enough: what the client is told, and that it can act on it. */
import { modern } from '../../e2e/support/requests';
import {
  type Answer,
  bearer,
  expectStatus,
  parameterOf,
  REFERENCES,
  type Reference,
  type Scenario,
  type Subject,
} from './scenario';

const { insufficientScope, challenge, bearer: errors } = REFERENCES;
const CALL = modern(['tools/call', { name: 'admin_only', arguments: {} }]);

export const SCOPES: readonly Scenario[] = [
  told('insufficient-scope', 'A call that needs a further scope is refused with 403 insufficient_scope', errors, {
    error: () => 'insufficient_scope',
  }),
  told(
    'insufficient-scope-names-all',
    'It names at once every scope needed, and what the token holds',
    insufficientScope,
    {
      scope: ({ forger }) => forger.scopes('use', 'admin'),
    },
  ),
  told('insufficient-scope-metadata', 'It names the protected resource metadata', challenge, {
    resource_metadata: ({ stack }) => {
      const { origin, pathname } = new URL(stack.resource);
      return `${origin}/.well-known/oauth-protected-resource${pathname}`;
    },
  }),
  {
    id: 'insufficient-scope-body',
    description: 'The body says what the challenge says, for gateways that rename the header',
    reference: insufficientScope,
    run: async (subject) => {
      const answer = await stepUp(subject);
      const data = (JSON.parse(answer.text) as { error?: { data?: Record<string, string> } }).error?.data ?? {};
      const differs = ['error', 'scope', 'resource_metadata'].filter(
        (name) => data[name] !== parameterOf(answer, name),
      );
      return differs.length === 0 ? undefined : `differs in ${differs.join(', ')}: ${answer.text}`;
    },
  },
  {
    id: 'step-up',
    description: 'A token with the scopes that the challenge names is taken',
    reference: insufficientScope,
    run: async (subject) => {
      const scope = parameterOf(await stepUp(subject), 'scope');
      const answer = await subject.send({ ...bearer(await subject.forger.user({ scope })), wire: CALL });
      const wrong = expectStatus(answer, 200);
      return wrong ?? (answer.text.includes('done') ? undefined : `the call did not succeed: ${answer.text}`);
    },
  },
  {
    id: 'scopes-of-another-server',
    description: 'A token with scopes of another server alone is refused',
    reference: insufficientScope,
    run: async ({ forger, send }) => {
      const token = await forger.user({ scope: 'https://other.example.com/mcp/use' });
      return expectStatus(await send(bearer(token)), 401, 403);
    },
  },
];

async function stepUp({ forger, send }: Subject): Promise<Answer> {
  return send({ ...bearer(await forger.user()), wire: CALL });
}

/** What one parameter of the challenge has to say. */
function told(
  id: string,
  description: string,
  reference: Reference,
  parameters: Readonly<Record<string, (subject: Subject) => string>>,
): Scenario {
  return {
    id,
    description,
    reference,
    run: async (subject) => {
      const answer = await stepUp(subject);
      const wrong = Object.entries(parameters).find(([name, value]) => parameterOf(answer, name) !== value(subject));
      return (
        expectStatus(answer, 403) ?? (wrong && `${wrong[0]} is not '${wrong[1](subject)}' in '${answer.challenge}'`)
      );
    },
  };
}
