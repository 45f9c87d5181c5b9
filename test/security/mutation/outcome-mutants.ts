/** What no caller can bring about: failures that undo a deployment, and a region that is left for another's fault. */
import { type Mutant, mutantsOf } from './mutant';

export const OUTCOME_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/exchange.ts',
    [],
    ['guard/declined'],
    [['an answer is no failure', 'answer?.failed === true && answer.declined !== true', 'answer?.failed === true']],
  ),
  ...mutantsOf(
    'guard/outputs/outputs.ts',
    [],
    ['guard/declined'],
    [
      [
        'what a tool says on purpose is an answer',
        'sanitiseToolError(message.result, asked, facts.errorId); answers.push({ id: message.id, failed: true, declined: fault === undefined || facts.foreign, fault })',
        'sanitiseToolError(message.result, asked, facts.errorId); answers.push({ id: message.id, failed: true, declined: facts.foreign, fault })',
      ],
      [
        'what a tool throws is a failure',
        'sanitiseToolError(message.result, asked, facts.errorId); answers.push({ id: message.id, failed: true, declined: fault === undefined || facts.foreign, fault })',
        'sanitiseToolError(message.result, asked, facts.errorId); answers.push({ id: message.id, failed: true, declined: true, fault })',
      ],
      [
        'what is not there is an answer',
        'sanitiseError(message, asked, facts.errorId); answers.push({ id: message.id, failed: true, declined: fault === undefined || facts.foreign, fault })',
        'sanitiseError(message, asked, facts.errorId); answers.push({ id: message.id, failed: true, declined: facts.foreign, fault })',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/moderated.ts',
    [],
    ['guard/outputs/moderation'],
    [['what a policy withholds is an answer', "declined: reason === 'moderated'", 'declined: false']],
  ),
  ...mutantsOf(
    'guard/errors.ts',
    [],
    ['guard/declined'],
    [
      ['arguments wrong in many ways are no failure', 'text: text.slice(0, INPUT_ERROR_LENGTH)', 'text'],
      ['parameters that do not fit are no failure', 'isOfParameters(given) ?', 'false ?'],
      ['only as the SDK says it', 'code !== -32603 ||', ''],
      ['only where all of it is about them', 'issues.every(ofParameters)', 'true'],
      ['a tool that fails without a word has failed', "result.content ?? 'isError without a word'", 'result.content'],
    ],
  ),
  ...mutantsOf(
    'guard/metrics.ts',
    [],
    ['guard/metrics'],
    [
      ['full places are no failure', "&& record.reason !== 'too_busy'", ''],
      [
        'what is declined is a metric',
        '...(declined ? [directive([Dimension.server], [{ Name: Metric.declined }])] : []),',
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'sidecar/sidecar.ts',
    [],
    ['sidecar/forwarding'],
    [['errors of another server are answers', 'foreign: true', 'foreign: false']],
  ),
  ...mutantsOf(
    'probe/look.ts',
    [],
    ['probe/probe'],
    [
      [
        'keys that are away are no fault of the region',
        'first instanceof WrongStatus && UNVERIFIED.includes(first.status)',
        'first instanceof WrongStatus && false',
      ],
      ['a server that fails is left', 'UNVERIFIED.includes(first.status)', 'true'],
      ['a new token is tried', 'again.fault === undefined ? again.token : undefined', 'undefined'],
    ],
  ),
  ...mutantsOf(
    'probe/token.ts',
    [],
    ['probe/probe'],
    [['a token is used until its end', 'clock() < kept.end - SPARE_MS ? kept.token : undefined', 'undefined']],
  ),
  ...mutantsOf(
    'probe/probe.ts',
    [],
    ['probe/probe'],
    [
      [
        'discovery is of this server',
        '(JSON.parse(discovery.body) as { resource?: unknown }).resource !== resource',
        'false',
      ],
      ['a refusal asks for a token', "!/^Bearer\\b/i.test(String(refused.headers['www-authenticate']))", 'false'],
    ],
  ),
];
