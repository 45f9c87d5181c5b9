import type { StackChanges } from './changes';
import type { ResourceChange } from './resources';

/** CodePipeline takes a thousand characters with an approval. */
const SUMMARY_LENGTH = 900;
const LINE_LENGTH = 300;

const VERBS: Readonly<Record<ResourceChange['kind'], string>> = {
  removed: 'removes',
  replaced: 'replaces',
  changed: 'changes',
  added: 'adds',
};

const UNCERTAIN =
  'Of some types it is not known here which changes replace the resource: the change set in CloudFormation says it.';

/** All of it, for the topic and the screen. */
export function markdownOf(stacks: readonly StackChanges[]): string {
  return stacks.map((stack) => printable(stackText(stack))).join('\n\n');
}

function stackText({ stack, state, access, permissions, resources }: StackChanges): string {
  const note = {
    new: ' (new)',
    gone: ' (no longer in the app; its stack is not deleted by this)',
    changed: '',
    same: '',
  };
  const heading = `# ${stack}${note[state]}`;
  if (state === 'same') return `${heading}\n\nNothing changes.`;
  return [
    heading,
    section('Who may call what', access, 'nobody gains or loses anything'),
    section('Who may do what in the account', permissions, 'no permission changes'),
    section('Resources', resources.map(resourceSentence), 'no resource changes'),
    ...(resources.some(({ uncertain }) => uncertain) ? [UNCERTAIN] : []),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[], none: string): string {
  return [`## ${title}`, '', ...(lines.length > 0 ? lines : [none]).map((line) => `- ${line}`)].join('\n');
}

export function resourceSentence(change: ResourceChange): string {
  const { kind, name, type, properties, loses, kept } = change;
  return [
    loses ? 'LOSES what is in it: ' : '',
    `${VERBS[kind]} ${name} (${type.replace(/^AWS::/, '')})`,
    properties.length > 0 ? `: ${properties.join(', ')}` : '',
    kept ? '; the old one stays in the account' : '',
  ].join('');
}

/** The gravest of it, as much as an approval shows. Never empty: CodePipeline does not take an empty text. */
export function summaryOf(stacks: readonly StackChanges[]): string {
  const lines = stacks.flatMap(({ stack, access, permissions, resources, state }) => {
    const own = [
      ...resources.filter(({ loses }) => loses).map(resourceSentence),
      ...access,
      ...(state === 'new' ? [`stack with ${resources.length} resources is new`] : []),
      ...(state === 'new' ? [] : permissions),
      ...(state === 'new' ? [] : resources.filter(({ loses }) => !loses).map(resourceSentence)),
    ];
    return stacks.length > 1 ? own.map((line) => `${stack}: ${line}`) : own;
  });
  if (lines.length === 0) return 'Nothing changes.';
  return fitted(lines.map((line) => shortened(printable(line))));
}

/** One line leaves room for others. */
function shortened(line: string): string {
  return line.length > LINE_LENGTH ? `${line.slice(0, LINE_LENGTH - 1)}…` : line;
}

function fitted(lines: readonly string[]): string {
  const shown: string[] = [];
  for (const [index, line] of lines.entries()) {
    const rest = lines.length - index - 1;
    const ending = rest > 0 ? `; and ${rest} more, all of it in the message of the topic` : '';
    if ([...shown, line].join('; ').length + ending.length > SUMMARY_LENGTH) {
      return `${[...shown, `and ${lines.length - index} more`].join('; ')}, all of it in the message of the topic`;
    }
    shown.push(line);
  }
  return shown.join('; ');
}

/** Names come from templates: nothing that would steer a terminal or begin a variable of CodePipeline. */
function printable(text: string): string {
  return text.replace(/[^\P{C}\n]/gu, '?').replaceAll('#{', '# {');
}
