// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** What leaves the guard: redaction, links, moderation, errors. */
import { type Mutant, mutantsOf } from './mutant';

const THEME = ['guard: outputs'];

/** A defence for each class of secret: without its formats nothing of it is found. */
const CLASSES = [
  ...['private_key', 'aws_access_key', 'aws_session_token', 'google_key', 'azure_key', 'github_token', 'gitlab_token'],
  ...['slack_token', 'stripe_key', 'npm_token', 'pypi_token', 'twilio_key', 'sendgrid_key', 'openai_key'],
  ...['anthropic_key', 'bearer', 'basic_auth', 'jwt', 'url_password', 'api_key'],
];

export const OUTPUTS_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/outputs/secret-formats.ts',
    THEME,
    ['guard/outputs/redaction'],
    CLASSES.map((name) => [
      `secrets of class ${name}`,
      `${name}: [`,
      `${name}: [['NEVERFOUND', ''], ].slice(0, 1) || [`,
    ]),
  ),
  ...mutantsOf(
    'guard/outputs/secrets.ts',
    [],
    ['guard/outputs/redaction'],
    [
      ['secrets by their names', 'const spans = assignedSpans(text);', 'const spans: Span[] = []; void assignedSpans;'],
      [
        'results are asked for marks',
        'return MARKS.test(text) || mayHoldAssigned(text);',
        'return mayHoldAssigned(text);',
      ],
      [
        'results are asked for names',
        'return MARKS.test(text) || mayHoldAssigned(text);',
        'return MARKS.test(text); void mayHoldAssigned;',
      ],
      ['prose after Bearer stays', 'bearer: looksLikeBearer,', 'bearer: () => true || looksLikeBearer(""),'],
      ['prose after Basic stays', 'basic_auth: looksLikeBasic,', 'basic_auth: () => true || looksLikeBasic(""),'],
      [
        'placeholders in addresses stay',
        'url_password: looksLikeUrlPassword,',
        'url_password: () => true || looksLikeUrlPassword(""),',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/assigned-secrets.ts',
    [],
    ['guard/outputs/redaction'],
    [
      ['tokens of pages stay', 'if (HARMLESS.test(before)) return true;', ''],
      ['names of secrets stay', "|| text[match.index - 1] === ':'", ''],
      [
        'words in the place of a secret stay',
        'looksRandom(value) : looksLikePassword(value))) continue;',
        'true : true)) continue;',
      ],
      ['properties are judged by name', "return looksRandom(value) ? 'secret_value' : undefined;", 'return undefined;'],
      [
        'passwords are judged by name',
        "return looksLikePassword(value, 4) ? 'password' : undefined;",
        'return undefined;',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/redact.ts',
    [],
    ['guard/outputs/redaction', 'guard/outputs/outputs'],
    [
      ['keys of objects', 'const text = rewriteText(key, rules, found);', 'const text = key;'],
      [
        'texts beside each other',
        'const crossed = list.length > 1 ? crossing(list.map(textOf), rules.find) : [];',
        'const crossed: Span[][] = []; void crossing;',
      ],
      ['several texts are read', '|| hasSeveralTexts(json)', ''],
      [
        'escapes within a text',
        'if (hasEscapes(text)) spans.push(...spansInEscaped(text, findPlain));',
        'void spansInEscaped;',
      ],
      ['results with escapes are read', 'hasEscapes(json) ||', ''],
      ['blobs are read', 'BLOB.test(json) ||', ''],
      ['blobs are looked at', "if ((key === 'blob' || key === 'data') &&", 'if (false &&'],
      [
        'pairs of name and value',
        "const name = /^value$/i.test(key) && typeof label === 'string' ? label : key;",
        'const name = key; void label;',
      ],
      ['personal data', 'if (classes.length > 0) spans.push(...personal.spans(text));', ''],
      ['personal data is asked for', '|| personal.mayHold(json)', ''],
      ['numbers', "if (typeof value === 'number' && rules.numbers) {", 'if (false) {'],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/checksums.ts',
    [],
    ['guard/outputs/redaction'],
    [
      ['card numbers have a check digit', 'return sum % 10 === 0;', 'return true;'],
      ['accounts have check digits', 'return rest === 1;', 'return true;'],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/personal-data.ts',
    [],
    ['guard/outputs/redaction'],
    [
      [
        'classes are known ones',
        'if (rule === undefined) {',
        'if (rule === undefined) { return { name, hint: /a^/, pattern: /a^/g };',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/outputs.ts',
    [],
    ['guard/outputs/redaction', 'guard/outputs/links', 'guard/outputs/outputs'],
    [
      ['results are redacted', 'if (redacts) value = redactor.redact(value, redactions);', 'void redacts;'],
      ['links are filtered', 'filters ? links.filter(value, redactions) : value', 'value; void filters'],
      ['links are looked for', '|| links.mayHold(text);', ';'],
      ['secrets are looked for', '|| redactor.mayHold(text)', ''],
      ['names in escapes are filtered', '|| /\\\\u/.test(text)', ''],
      [
        'a result is an object',
        "if (typeof message.method === 'string') return mayBeTold(message, facts) ? message : undefined;",
        'return mayBeTold(message, facts) ? message : undefined;',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/notifications.ts',
    [],
    ['guard/outputs/stream'],
    [
      [
        'the end of a secret does not follow its start',
        'return spans.length === 0 ? message :',
        'return spans.length >= 0 ? message :',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/links.ts',
    [],
    ['guard/outputs/links'],
    [
      ['dangerous schemes', '!refused.has(scheme)', 'true'],
      ['listed schemes alone', 'listed.has(scheme)', 'true'],
      ['schemes are found behind control characters', ".replace(HIDING, '')", ''],
      ['icons', "'contents', 'resources', 'icons'", "'contents', 'resources'"],
      ['contents', "'contents', 'resources', 'icons'", "'resources', 'icons'"],
      ['pages that are opened', "if (key === 'url' && value.mode === 'url'", 'if (false'],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/moderation.ts',
    [],
    ['guard/outputs/moderation'],
    [
      ['what is blocked is withheld', "if (verdict.action === 'blocked') blocked = true;", ''],
      ['what is objectionable together is withheld', 'if (blocked || masked.size === 0)', 'if (blocked)'],
      [
        'a failure is no consent',
        "if (onFailure === 'closed') return { refused: 'moderation_unavailable', fault };",
        '',
      ],
      [
        'an answer that is none is no consent',
        "if (action !== 'GUARDRAIL_INTERVENED') throw new Error('the answer of the guardrail cannot be read');",
        "if (action !== 'GUARDRAIL_INTERVENED') return { action: 'none' };",
      ],
      ['a mask is one only where nothing is blocked', `&& !actions.includes('"action":"BLOCKED"')`, ''],
      ['calls are bounded', 'if (calls.length > MAX_CALLS)', 'if (false)'],
      ['a guardrail is given', 'if (guardrail === undefined || at < 1) {', 'if (false) {'],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/moderated.ts',
    [],
    ['guard/outputs/moderation'],
    [
      [
        'the deadline is no consent',
        "return judged === 'deadline' ? { refused: 'moderation_unavailable', fault: judged } : judged;",
        "return judged === 'deadline' ? { text } : judged;",
      ],
      ['streams are moderated', 'if (moderation === undefined) return event;', 'return event;'],
      [
        'a blocked notification is left out',
        "if (!isRecord(message) || typeof message.method === 'string') return '';",
        "if (!isRecord(message) || typeof message.method === 'string') return event;",
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/error-data.ts',
    [],
    ['guard/outputs/error-data'],
    [
      [
        'a resource that was not found is the one asked for',
        'asked !== undefined && data.uri === asked.params.uri ?',
        'true ?',
      ],
      ['words alone', 'return WORD.test(value) ? value : undefined;', 'return value;'],
      ['names are words', '.filter(([key]) => WORD.test(key))', ''],
    ],
  ),
  ...mutantsOf(
    'guard/errors.ts',
    [],
    ['guard/outputs/error-data'],
    [
      [
        'what the SDK says is of the tool that was called',
        "!text.startsWith(`${INPUT_ERROR}${headerNameOf(asked) ?? ''}: `)",
        '!text.startsWith(INPUT_ERROR)',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/describe-fault.ts',
    [],
    ['guard/errors-fuzz', 'guard/audit'],
    [
      ['whatever was thrown is logged', "return 'an object that cannot be read';", 'throw new Error();'],
      ['a log line is bounded', 'given.length > MAX_TEXT ?', 'false ?'],
      [
        'causes end',
        'causes === 0 ? undefined : describeFaultOf(fault.cause, causes - 1)',
        'describeFaultOf(fault.cause, causes - 1)',
      ],
    ],
  ),
];
