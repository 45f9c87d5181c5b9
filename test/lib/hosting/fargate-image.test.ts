/** For which processor an image is built, as far as synth knows. */
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage, CpuArchitecture } from 'aws-cdk-lib/aws-ecs';
import { McpHosting } from 'cdk-mcp';
import { notesServer, stackIn } from '../support';
import { anyContainer, anyImage } from './fargate-support';

const FOLDER = join(__dirname, 'fixtures', 'image');
const WARNING = Match.stringLikeRegexp('^the image is built for');

function warnings(hosting: McpHosting | ((stack: Stack) => McpHosting)): string[] {
  const stack = stackIn();
  notesServer(stack, { hosting: typeof hosting === 'function' ? hosting(stack) : hosting });
  return Annotations.fromStack(stack)
    .findWarning('*', WARNING)
    .map(({ entry }) => String(entry.data));
}

describe('an image made of a folder', () => {
  test('O1 without a platform is built for whichever machine builds it: synth warns', () => {
    expect(warnings(anyContainer({ image: anyImage({}) }))).toEqual([
      expect.stringMatching(
        /^the image is built for whichever machine builds it, and the tasks are linux\/arm64: give fromAsset `platform: Platform.LINUX_ARM64`/,
      ),
    ]);
  });

  test('O1 for another processor than the tasks’ is warned of, whichever of them was chosen', () => {
    const amd = anyImage({ platform: Platform.LINUX_AMD64 });
    expect(warnings(anyContainer({ image: amd }))).toEqual([
      expect.stringMatching(/^the image is built for linux\/amd64, and the tasks are linux\/arm64/),
    ]);
    expect(warnings(anyContainer({ architecture: CpuArchitecture.X86_64 }))).toEqual([
      expect.stringMatching(/built for linux\/arm64, and the tasks are linux\/amd64: .*Platform.LINUX_AMD64`/),
    ]);
  });

  test('O1 for the tasks’ processor is as it should be', () => {
    const amd = anyImage({ platform: Platform.LINUX_AMD64 });
    expect(warnings(anyContainer())).toEqual([]);
    expect(warnings(anyContainer({ image: anyImage({ platform: Platform.custom('linux/arm64/v8') }) }))).toEqual([]);
    expect(warnings(anyContainer({ image: amd, architecture: CpuArchitecture.X86_64 }))).toEqual([]);
  });
});

test('O1 of an image made elsewhere nothing is known, and nothing said', () => {
  const made = (stack: Stack) => {
    const asset = new DockerImageAsset(stack, 'Image', { directory: FOLDER });
    return anyContainer({ image: ContainerImage.fromDockerImageAsset(asset) });
  };
  expect(warnings(made)).toEqual([]);
  const registry = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/server:1';
  expect(warnings(anyContainer({ image: ContainerImage.fromRegistry(registry) }))).toEqual([]);
});

test('O1 an image of this library’s is built for the tasks', () => {
  const entry = join(__dirname, 'fixtures', 'server.ts');
  expect(warnings(McpHosting.fargateNodejs({ entry, architecture: CpuArchitecture.X86_64 }))).toEqual([]);
});
