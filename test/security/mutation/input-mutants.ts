// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** What a tool is given and a caller is shown: schemas, bounds, credentials, lists. */
import { type Mutant, mutantsOf } from './mutant';

const INPUTS = ['guard: inputs'];

export const INPUT_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/tools/arguments.ts',
    INPUTS,
    ['serve/inputs'],
    [
      [
        'a tool that is not listed is not called',
        'if (tools !== undefined && tool === undefined && !inSession)',
        'if (false)',
      ],
      ['a tool that asks for a credential is not called', 'if (tool?.asks !== undefined)', 'if (false)'],
      ['arguments that are wrong stop the call', 'if (!judged.ok) return judged;', ''],
      [
        'bounds hold whatever the schema says',
        '(outOfBounds(given, bounds) ?? tool?.check(given))',
        'tool?.check(given)',
      ],
      ['the schema is asked', '(outOfBounds(given, bounds) ?? tool?.check(given))', 'outOfBounds(given, bounds)'],
      ['arguments are an object', ": problem('must be an object')", ': undefined'],
    ],
  ),
  ...mutantsOf(
    'guard/schema/bounds.ts',
    INPUTS,
    ['guard/schema/compile'],
    [
      ['prototypes are no properties', "name === '__proto__' ||", ''],
      ['an array is bounded', 'if (value.length > bounds.arrayLength)', 'if (false)'],
      ['a text is bounded', 'return value.length > bounds.stringLength', 'return false'],
      ['a name is bounded', 'if (name.length > bounds.stringLength)', 'if (false)'],
      [
        'bounds hold inside an object',
        'const found = outOfBounds((value as Record<string, unknown>)[name], bounds);',
        'const found: Problem | undefined = undefined as never;',
      ],
      [
        'bounds hold inside an array',
        'const found = outOfBounds(value[index], bounds);',
        'const found: Problem | undefined = undefined as never;',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/schema/compile.ts',
    INPUTS,
    ['guard/schema/compile'],
    [
      ['unknown properties are refused', 'named(value) ?? check(value)', 'check(value)'],
      ['steps are counted', 'effort.steps += 1;', ''],
      [
        'what a branch swallowed is remembered',
        'return effort.steps > STEPS ? (found ?? TOO_MUCH) : found;',
        'return found;',
      ],
      [
        'none of the forms is refused',
        "return nearest ?? problem('fits none of the forms of its schema');",
        'return undefined;',
      ],
      ['a reference is followed', 'if (target !== undefined) checks.push(part(target));', ''],
    ],
  ),
  ...mutantsOf(
    'guard/schema/values.ts',
    INPUTS,
    ['guard/schema/compile', 'guard/schema/oracle'],
    [
      ['types are told apart', 'types.some((type) => isOf(type, value)) ? undefined : wrong', 'undefined'],
      ['the longest text', 'value.length <= maxLength ||', 'true ||'],
      ['the least number', 'value >= minimum', 'true'],
      ['values that are named', 'plain.has(value) ||', 'true ||'],
    ],
  ),
  ...mutantsOf(
    'guard/schema/objects.ts',
    [],
    ['guard/schema/compile', 'guard/schema/oracle'],
    [
      ['what is required', "return below(name, problem('is missing'));", 'return undefined;'],
      [
        'own properties alone',
        "typeof name === 'string' && !Object.hasOwn(value, name)",
        "typeof name === 'string' && !(name in value)",
      ],
      ['properties are judged', 'const found = own?.(value[name]);', 'const found = undefined;'],
      ['the rest is judged', 'return known ? undefined : rest?.(value[name]);', 'return undefined;'],
    ],
  ),
  ...mutantsOf(
    'guard/schema/effort.ts',
    [],
    ['guard/schema/compile'],
    [['a slow pattern refuses', "if (verdict === 'too slow') giveUp(effort);", '']],
  ),
  ...mutantsOf(
    'guard/schema/closing.ts',
    [],
    ['guard/schema/compile'],
    [
      ['names that all objects share', 'if (SHARED.has(name))', 'if (false)'],
      ['a root without properties is closed', '(isRoot && said.object)', 'false'],
      ['a name that nobody named', 'if (!place?.closed) return undefined;', 'return undefined;'],
      ['elements are walked', 'place && elementOf(place, index)', 'undefined'],
      ['properties are walked', 'place && propertyOf(place, name)', 'undefined'],
    ],
  ),
  ...mutantsOf(
    'guard/schema/named.ts',
    [],
    ['guard/schema/compile'],
    [["'additionalProperties: false' is not open", 'schema[keyword] !== false', 'true']],
  ),
  ...mutantsOf(
    'guard/schema/pattern.ts',
    INPUTS,
    ['guard/schema/compile'],
    [
      [
        'a pattern that can explode is watched',
        'if (nested) return SHORT;',
        'if (nested) return Number.POSITIVE_INFINITY;',
      ],
      ['a watched pattern has its time', '{ timeout: Math.ceil(patience) }', '{ timeout: 20_000 }'],
    ],
  ),
  ...mutantsOf(
    'guard/schema/problem.ts',
    [],
    ['guard/schema/compile'],
    [
      ['names are plain', "name.replace(/[^\\p{L}\\p{N}\\p{P}\\p{S} ]/gu, '?')", 'name'],
      ['names are short', 'cut(clean(String(key)), NAME)', 'clean(String(key))'],
      ['all names together are short', "cut(`/${names.join('/')}`, NAMES)", "`/${names.join('/')}`"],
    ],
  ),
  ...mutantsOf(
    'guard/tools/tools.ts',
    [],
    ['serve/inputs'],
    [
      ['what is known grows old', 'entry !== undefined && entry.until > clock()', 'entry !== undefined'],
      ['a schema that changed is judged anew', 'if (known?.text === text) {', 'if (known !== undefined) {'],
      ['a withheld tool is reported', 'withheld(name, asks);', ''],
      ['once', '!reported.has(name) &&', ''],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/lists.ts',
    [],
    ['serve/lists', 'serve/inputs'],
    [
      ['a tool that asks for a credential is not shown', '&& !withheld(item)', ''],
      ['lists are kept private', "{ ...result, cacheScope: 'private' }", 'result'],
      [
        'where the server does not say so',
        "|| ('resultType' in result && (isList(method) || method === 'resources/read'))",
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/updates.ts',
    [],
    ['serve/lists'],
    [
      ['updates are judged', "if (message.method !== 'notifications/resources/updated') return true;", 'return true;'],
      ['by groups', 'groupsAllow(rule, principal) &&', ''],
      ['by scopes', '&& scopesMissing(rule, principal).length === 0', ''],
    ],
  ),
  ...mutantsOf(
    'guard/outputs/outputs.ts',
    [],
    ['serve/lists'],
    [
      ['a notification nobody may see is dropped', 'mayBeTold(message, facts) ? message : undefined', 'message'],
      ['a read without a scope is read', '|| lacksScope(request, text)', ''],
    ],
  ),
  ...mutantsOf(
    'guard/credentials/schema.ts',
    [],
    ['guard/credentials/credentials'],
    [
      ['names tell', 'if (named !== undefined && (text ||', 'if (false && (text ||'],
      ['formats tell', "(format === 'password' || writeOnly === true)", 'false'],
      ['titles tell', 'if (entitled !== undefined &&', 'if (false &&'],
      ['headers tell', "typeof header === 'string' && credentialNamed(header) !== undefined", 'false'],
      ['descriptions tell', '(text && describesCredential(about))', 'false'],
      ['a choice is no credential', "if (Array.isArray(schema.enum) || 'const' in schema) return NONE;", ''],
      ['properties inside are looked at', ': inside(part, here, search);', ': undefined;'],
      ['branches are looked at', ': inside(part, path, search);', ': undefined;'],
      ['references are followed', "...('$ref' in schema ? [resolve(schema.$ref)] : []),", ''],
      [
        'what is too large is not believed',
        "if (search.left < 0) return 'a schema too large to be judged';",
        'if (search.left < 0) return undefined;',
      ],
      ['the description of a tool tells', "typeof description === 'string' && asks(description)", 'false'],
    ],
  ),
];
