/** Defences that keep callers apart where servers and principals are used again. */
import { type Mutant, mutantsOf } from './mutant';

export const REUSE_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'serve/mcp-server.ts',
    [],
    ['serve/isolation'],
    [['a client without a name meets nobody else’s', '&& introduced(message)', '']],
  ),
  ...mutantsOf(
    'serve/mcp-server.ts',
    [],
    ['serve/mcp-server'],
    [['what leaves something behind gets a server of its own', 'isTraceless(body) ? reused : fresh', 'reused']],
  ),
  ...mutantsOf(
    'serve/pool.ts',
    [],
    ['serve/mcp-server'],
    [['a server whose call was aborted is dropped', 'requestInfo?.signal.aborted !== true &&', '']],
  ),
  ...mutantsOf(
    'guard/headers.ts',
    [],
    ['guard/outputs/whole-response'],
    [
      [
        'the server learns when the work ends',
        "return Object.defineProperty(request, 'signal', { value: signal });",
        'return request;',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/signature.ts',
    [],
    ['guard/tokens/signature'],
    [
      [
        'what is no token is refused as such while keys are fetched',
        'try { const response',
        'unreachable = true; try { const response',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/admission.ts',
    [],
    ['serve/isolation'],
    [['no tool changes its caller', 'const principal = frozen(living.value);', 'const principal = living.value;']],
  ),
];
