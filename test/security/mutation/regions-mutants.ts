// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** What keeps once to once, and an end an end, in several regions. */
import { type Mutant, mutantsOf } from './mutant';

export const REGIONS_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'regions.ts',
    [],
    ['regions'],
    [
      ['tables are reached by https', '|| !isSafe(endpoint)', ''],
      ['a region that is none of the server’s does not start', '!all.some(({ name }) => name === own)', 'false'],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/regional-grants.ts',
    [],
    ['guard/regional'],
    [
      ['a grant that is not here is asked for elsewhere', 'others.map((read) => read(origin))', '[]'],
      [
        'a region that is away may have the grant',
        "if (answers.some(({ status }) => status === 'rejected')) throw new Error('a region does not answer');",
        '',
      ],
      ['an end elsewhere counts', 'if (ended !== undefined) return ended;', ''],
      ['what is nowhere is not asked for with every request', 'unknown.set(origin, clock() + UNKNOWN_MS);', ''],
      ['a marked grant has ended', 'if (!ended) return grant;', 'if (grant) return grant;'],
    ],
  ),
  ...mutantsOf(
    'guard/regional-table.ts',
    [],
    ['guard/regional'],
    [
      ['a session is decided on at its home', "others.get(homeIn(key) ?? '') ?? own", 'own'],
      ['one region makes the sealing key', '(others.get(primary) ?? own).put(', 'own.put('],
      ['a region’s counter is its own', '? `${key}#${here}` : key', '? key : key'],
    ],
  ),
  ...mutantsOf(
    'broker/store/replicas.ts',
    [],
    ['broker/regions'],
    [['a handle is decided on at its home', "table.replicas?.others.get(homeIn(handle) ?? '') ?? table", 'table']],
  ),
  ...mutantsOf(
    'broker/store/grants.ts',
    [],
    ['broker/regions'],
    [
      [
        'the end of a grant is an item of its own',
        'await this.table.put(endKeyOf(id), { revoked: this.now(), expires: this.now() + this.longest });',
        '',
      ],
      [
        'the mark of the end is read',
        'const mark = marks.find((one) => one !== undefined);',
        'const mark = undefined as any;',
      ],
      ['a grant is asked for elsewhere', '(home === this.table ? await this.elsewhere(id) : undefined)', 'undefined'],
    ],
  ),
  ...mutantsOf(
    'broker/flows/refresh-grant.ts',
    [],
    ['broker/regions'],
    [
      [
        'a copy that is behind ends nothing',
        "return standIn ? away() : refused('handle_unknown');",
        "return refused('handle_unknown');",
      ],
      [
        'a grant moves on at its home',
        'await grants.rotate(grant, { generation, retry }, home)',
        'await grants.rotate(grant, { generation, retry })',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/store/refresh-handles.ts',
    [],
    ['broker/regions'],
    [['what a copy does not know is not unknown', 'if (record === undefined) throw fault;', '']],
  ),
  ...mutantsOf(
    'probe/probe.ts',
    [],
    ['probe/probe'],
    [
      [
        'an answer needs a server behind it',
        "if (serverInfo === undefined) throw new Error('initialize was answered without serverInfo');",
        '',
      ],
      ['a call without a token must be refused', "expectStatus('a call without a token', refused, 401);", ''],
    ],
  ),
];
