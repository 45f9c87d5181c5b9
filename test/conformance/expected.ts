/** Everything that does not simply pass, and why that is right: the one list to edit when it changes. */
import type { Outcome } from './results';

export interface Expected {
  readonly section: string;
  readonly scenario: string;
  /** @default every column */
  readonly column?: string;
  readonly outcome: Outcome;
  readonly reason: string;
}

const PUSHES = [
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
];
const LEGACY = ['2025-11-25', '2025-11-25 by 0.1.16'];

export const EXPECTED: readonly Expected[] = [
  ...LEGACY.flatMap((section) =>
    PUSHES.map((scenario) => ({
      section,
      scenario,
      column: 'HTTP API',
      outcome: 'failed' as const,
      reason:
        'The server asks the client on an open stream, and an HTTP API has none: the tool is told so at once. A streaming server asks.',
    })),
  ),
  {
    section: 'resource server',
    scenario: 'challenge-names-metadata',
    column: 'HTTP API',
    outcome: 'failed',
    reason:
      "API Gateway's JWT authorizer answers before the guard, with a challenge that cannot be configured; clients find the metadata at its well-known address.",
  },
];
