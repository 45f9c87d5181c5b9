import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { LocalFailure } from '../../failure';
import type { ImageSource } from '../../template/assembly';
import { type ImageProgram, readDockerfile } from './dockerfile';

/** An image of the app as it lies here: a folder and what its Dockerfile says. */
export interface LocalImage {
  readonly folder: string;
  readonly program: ImageProgram;
}

/** AWS's collector takes no part here: the platform takes the spans in its place. */
export function isCollector(uri: string, images: ReadonlyMap<string, ImageSource>): boolean {
  const source = images.get(uri.slice(uri.lastIndexOf(':') + 1));
  const file = source && join(source.directory, source.dockerFile);
  return file !== undefined && existsSync(file) && /^FROM \S*\/aws-otel-collector:/m.test(readFileSync(file, 'utf8'));
}

/** Finds the folder an image would be built from: its tag is the asset's. */
export function readImage(uri: string, container: string, images: ReadonlyMap<string, ImageSource>): LocalImage {
  const source = images.get(uri.slice(uri.lastIndexOf(':') + 1));
  if (!source) {
    throw new LocalFailure(
      `${container} runs the image '${uri}' of a registry, and no containers run here: use ContainerImage.fromAsset with a folder that holds what its command runs`,
    );
  }
  const file = join(source.directory, source.dockerFile);
  if (!existsSync(file)) {
    throw new LocalFailure(`the Dockerfile of ${container} is missing at ${file}: synthesise again`);
  }
  const program = readDockerfile(readFileSync(file, 'utf8'), {
    name: `the Dockerfile of ${container}`,
    buildArgs: source.buildArgs,
    isFolder: (path) => statSync(join(source.directory, path), { throwIfNoEntry: false })?.isDirectory() ?? false,
  });
  return { folder: source.directory, program };
}

/**
 * What is started: the container's entry point and command where it has them, else the image's; Node.js and Python
 * are those of this machine, paths in the working directory those of the folder.
 */
export function argvOf(
  image: LocalImage,
  container: { readonly name: string; readonly entryPoint?: readonly string[]; readonly command?: readonly string[] },
): string[] {
  const { program } = image;
  const entryPoint = container.entryPoint ?? program.entryPoint;
  // Another entry point leaves nothing of the image's command.
  const command = container.command ?? (container.entryPoint ? [] : program.command);
  const words = [...entryPoint, ...command];
  if (words.length === 0) throw new LocalFailure(`${container.name} has neither CMD nor ENTRYPOINT: say what it runs`);
  return localWords(words, image, container.name);
}

/** The same for any command in the container, such as its health check. */
export function localWords(words: readonly string[], { folder, program }: LocalImage, container: string): string[] {
  const [executable = '', ...rest] = words;
  const runtime = RUNTIMES[posix.basename(executable).replace(/^(node|python)[\d.]*$/, '$1')];
  if (!runtime) {
    throw new LocalFailure(
      `${container} starts '${executable}': only node and python are found here, so name one of them first`,
    );
  }
  const { workdir } = program;
  const inFolder = (word: string) =>
    workdir !== '/' && (word === workdir || word.startsWith(`${workdir}/`))
      ? join(folder, word.slice(workdir.length))
      : word;
  return [runtime, ...rest.map(inFolder)];
}

const RUNTIMES: Readonly<Record<string, string>> = {
  node: process.execPath,
  nodejs: process.execPath,
  python: 'python3',
};
