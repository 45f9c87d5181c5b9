import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { buildSync } from 'esbuild';

/** What is copied into the image: made here, left out of the repository. */
const BUILD = join(__dirname, 'build');

/** The image of the notes server: one bundle and a Dockerfile. Docker is needed to deploy it, and not before. */
export function notesImage(): ContainerImage {
  mkdirSync(BUILD, { recursive: true });
  const { outputFiles } = buildSync({
    entryPoints: [join(__dirname, 'server.ts')],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    legalComments: 'none',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  replace(join(BUILD, 'index.mjs'), outputFiles[0]?.text ?? '');
  replace(join(BUILD, 'Dockerfile'), readFileSync(join(__dirname, 'Dockerfile'), 'utf8'));
  return ContainerImage.fromAsset(BUILD, { platform: Platform.LINUX_ARM64 });
}

/** In one step, and only where something changed: two builds at a time read whole files. */
function replace(file: string, text: string): void {
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const temporary = join(__dirname, `.${basename(file)}.${process.pid}`);
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}
