import { posix } from 'node:path';
import { LocalFailure } from '../../failure';
import { instructionsOf, listOf, wordsOf } from './dockerfile-syntax';

/** What a Dockerfile says about the process in the image, as far as it can run without an image. */
export interface ImageProgram {
  readonly runtime: 'node' | 'python';
  readonly workdir: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  /** Ports it says it listens on. */
  readonly ports: readonly number[];
  /** Instructions that would have changed the image and are not carried out. */
  readonly notRun: readonly string[];
}

/** What is known about the folder beside the Dockerfile. */
export interface BuildContext {
  /** Its name in messages. */
  readonly name: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  isFolder(path: string): boolean;
}

/** Whatever an image may be based on that is one of the two; the images without a shell start their runtime themselves. */
const BASES = [
  { pattern: /distroless\/nodejs/, runtime: 'node', entryPoint: ['node'] },
  { pattern: /distroless\/python/, runtime: 'python', entryPoint: ['python3'] },
  { pattern: /(^|\/)node(js)?([-:@]|$)/, runtime: 'node', entryPoint: [] },
  { pattern: /(^|\/)python([-:@]|$)/, runtime: 'python', entryPoint: [] },
] as const;

/** ECS has health checks of its own; the user is the one who started this, which a task definition's is noted for. */
const WITHOUT_EFFECT = ['HEALTHCHECK', 'LABEL', 'MAINTAINER', 'USER'];

/**
 * Reads a Dockerfile that copies a folder as it is and starts a program of it. The folder takes the place of the
 * image, so what would have to be built, fetched or laid out differently is refused by the name of its instruction.
 * https://docs.docker.com/reference/dockerfile/
 *
 * @throws LocalFailure, naming the line
 */
export function readDockerfile(text: string, context: BuildContext): ImageProgram {
  const program = {
    runtime: undefined as ImageProgram['runtime'] | undefined,
    workdir: '/',
    variables: {} as Record<string, string>,
    entryPoint: [] as readonly string[],
    command: [] as readonly string[],
    ports: [] as number[],
    notRun: [] as string[],
  };
  const values: Record<string, string> = {};
  const copies: { line: number; from: readonly string[]; to: string }[] = [];
  for (const { line, name, rest } of instructionsOf(text)) {
    const fail = (reason: string): never => {
      throw new LocalFailure(`${name} in line ${line} of ${context.name} ${reason}`);
    };
    const argument = name === 'RUN' ? rest : substituted(rest, values);
    switch (name) {
      case 'ARG': {
        const [variable = '', value = ''] = splitOnce(wordsOf(argument)[0] ?? '');
        values[variable] = context.buildArgs[variable] ?? value;
        break;
      }
      case 'FROM': {
        if (program.runtime) fail('begins another stage: what the command runs must be in the folder, built before');
        const image = wordsOf(argument).find((word) => !word.startsWith('--')) ?? '';
        const base = BASES.find(({ pattern }) => pattern.test(image));
        program.runtime = base?.runtime ?? fail(`is '${image}', no image of Node.js or Python: nothing else runs here`);
        program.entryPoint = base?.entryPoint ?? [];
        break;
      }
      case 'WORKDIR':
        program.workdir = posix.resolve(program.workdir, argument);
        break;
      case 'ENV':
        for (const [variable, value] of assignmentsOf(argument)) {
          program.variables[variable] = value;
          values[variable] = value;
        }
        break;
      case 'EXPOSE':
        program.ports.push(...wordsOf(argument).map((word) => Number.parseInt(word, 10)));
        break;
      case 'COPY': {
        const words = argument.startsWith('[') ? (listOf(argument) ?? []) : wordsOf(argument);
        const flag = words.find((word) => /^--(from|parents)\b/.test(word));
        if (flag) fail(`has ${flag}: what the command runs must be in the folder`);
        const places = words.filter((word) => !word.startsWith('--'));
        const to = places.at(-1) ?? '';
        copies.push({ line, from: places.slice(0, -1), to: absolute(program.workdir, to) });
        break;
      }
      case 'ENTRYPOINT':
      case 'CMD': {
        const words = listOf(argument) ?? fail('is no list: write it as ["node", "server.mjs"]');
        if (name === 'CMD') program.command = words;
        // As Docker does: another entry point takes away the command of the base.
        else program.entryPoint = words;
        break;
      }
      case 'RUN':
        program.notRun.push(`'RUN ${rest}' is not run: what the command needs must be in the folder`);
        break;
      default:
        if (!WITHOUT_EFFECT.includes(name)) fail('is not known here: leave it out');
    }
  }
  const { runtime } = program;
  if (!runtime) throw new LocalFailure(`${context.name} has no FROM: name an image of Node.js or Python`);
  for (const copy of copies) checkLayout(copy, program.workdir, context);
  return { ...program, runtime };
}

/** What is copied must lie in the image as it lies in the folder, the working directory taking the folder's place. */
function checkLayout(
  copy: { readonly line: number; readonly from: readonly string[]; readonly to: string },
  workdir: string,
  context: BuildContext,
): void {
  for (const source of copy.from) {
    const place = posix.join(workdir, source.replace(/^\//, ''));
    const intoFolder = copy.to.endsWith('/') || copy.from.length > 1 || /[*?[]/.test(source);
    const contents = /[*?[]/.test(source) ? false : source.endsWith('/') || context.isFolder(source);
    const ends = contents || !intoFolder ? copy.to : posix.join(copy.to, posix.basename(source));
    if (trimmed(ends) !== trimmed(place)) {
      throw new LocalFailure(
        `COPY in line ${copy.line} of ${context.name} puts '${source}' at ${trimmed(ends)}, but here it stays at ${trimmed(place)}: lay the folder out as the image is`,
      );
    }
  }
}

/** An absolute path; a slash or dot at the end says that it is a folder. */
function absolute(workdir: string, path: string): string {
  const resolved = posix.resolve(workdir, path);
  return /(^|\/)\.?$/.test(path) ? `${resolved.replace(/\/$/, '')}/` : resolved;
}

function trimmed(path: string): string {
  return path.replace(/(.)\/$/, '$1');
}

function substituted(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (_, braced, otherwise, plain) => {
    return values[braced ?? plain] ?? otherwise ?? '';
  });
}

/** `NAME=value …`, or `NAME value` as it was written long ago. */
function assignmentsOf(argument: string): [string, string][] {
  const words = wordsOf(argument);
  if (words[0]?.includes('=')) return words.map(splitOnce);
  return [[words[0] ?? '', argument.slice(words[0]?.length ?? 0).trim()]];
}

function splitOnce(text: string): [string, string] {
  const mark = text.indexOf('=');
  return mark < 0 ? [text, ''] : [text.slice(0, mark), text.slice(mark + 1)];
}
