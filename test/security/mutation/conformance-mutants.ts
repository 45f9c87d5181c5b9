/** What answers differ in by revision of the protocol, where a difference could tell what is hidden. */
import { type Mutant, mutantsOf } from './mutant';

const THEMES = ['guard: revisions'];
const TESTS = ['guard/era'];

export const CONFORMANCE_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('guard/era.ts', THEMES, TESTS, [
    ['a method that went is unknown', 'REMOVED.has(message.method) && isModern(message)', 'false'],
    ['older revisions keep it', 'REMOVED.has(message.method) && isModern(message)', 'REMOVED.has(message.method)'],
  ]),
  ...mutantsOf('guard/errors.ts', THEMES, TESTS, [
    ['an absent resource is refused in the words of a hidden one', 'named && NOT_FOUND.has(error.code)', 'false'],
    [
      'only an error about the resource that was asked for',
      'isRecord(error.data) && error.data.uri === name',
      'isRecord(error.data)',
    ],
    ["in its revision's words", "unknownTarget('resource', name, isModern(asked))", "unknownTarget('resource', name)"],
  ]),
  ...mutantsOf('guard/refusal.ts', THEMES, TESTS, [
    [
      'a hidden resource, by revision',
      'unknownTarget(refusal.kind, refusal.name, refusal.modern)',
      'unknownTarget(refusal.kind, refusal.name)',
    ],
    ['an unknown method, by revision', 'refusal.modern ? 404 : 200', '200'],
  ]),
  ...mutantsOf(
    'serve/without-pushes.ts',
    [],
    ['serve/without-pushes'],
    [['a question that nobody can answer fails', "if ('method' in message && 'id' in message) {", 'if (false) {']],
  ),
];
