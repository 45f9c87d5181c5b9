import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalFailure } from '../failure';
import type { Template } from './template';

/** One stack of the synthesised app, with the assets it publishes. */
export interface StackArtifact {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** Where an asset's content lies here, by the key it would have in the bootstrap bucket. */
  readonly assets: ReadonlyMap<string, AssetSource>;
  /** Folders of container images, by the tag each would have in the bootstrap repository. */
  readonly images: ReadonlyMap<string, ImageSource>;
}

export interface AssetSource {
  readonly path: string;
  readonly packaging: string;
}

export interface ImageSource {
  readonly directory: string;
  /** Name of the Dockerfile in it. */
  readonly dockerFile: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

export interface Assembly {
  readonly stacks: readonly StackArtifact[];
  readonly warnings: readonly string[];
}

/** An environment-agnostic stack says neither; these stand in. */
const UNKNOWN_ACCOUNT = '123456789012';
const UNKNOWN_REGION = 'eu-central-1';

interface Manifest {
  readonly missing?: readonly { readonly key: string }[];
  readonly artifacts?: Record<string, ManifestArtifact>;
}

interface ManifestArtifact {
  readonly type: string;
  readonly environment?: string;
  readonly metadata?: Record<string, readonly MetadataEntry[]>;
  readonly additionalMetadataFile?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string };
}

interface MetadataEntry {
  readonly type: string;
  readonly data?: unknown;
}

interface AssetManifest {
  readonly files?: Record<
    string,
    {
      readonly source: { readonly path?: string; readonly packaging?: string };
      readonly destinations: Record<string, { readonly objectKey: string }>;
    }
  >;
  readonly dockerImages?: Record<
    string,
    {
      readonly source: {
        readonly directory?: string;
        readonly dockerFile?: string;
        readonly dockerBuildArgs?: Record<string, string>;
      };
      readonly destinations: Record<string, { readonly imageTag: string }>;
    }
  >;
}

/** Reads what `app.synth()` wrote. Refuses what a deployment would refuse: errors noted at synth, missing look-ups. */
export function readAssembly(dir: string): Assembly {
  if (!existsSync(join(dir, 'manifest.json'))) {
    throw new LocalFailure(`the app wrote no manifest.json into ${dir}: does it create an App and call app.synth()?`);
  }
  const manifest = readJson<Manifest>(dir, 'manifest.json');
  const artifacts = Object.entries(manifest.artifacts ?? {});
  refuseUnfinished(manifest, artifacts);
  const notes = artifacts.flatMap(([, artifact]) => metadataOf(dir, artifact));
  const errors = notes.filter((note) => note.type === 'aws:cdk:error');
  if (errors.length > 0) {
    throw new LocalFailure(`the app reports errors at synth:\n${errors.map((note) => `  ${note.text}`).join('\n')}`);
  }
  return {
    stacks: artifacts
      .filter(([, artifact]) => artifact.type === 'aws:cloudformation:stack')
      .map(([id, artifact]) => readStack(dir, id, artifact, assetsOf(dir, artifacts), imagesOf(dir, artifacts))),
    warnings: notes.filter((note) => note.type === 'aws:cdk:warning').map((note) => note.text),
  };
}

function refuseUnfinished(manifest: Manifest, artifacts: readonly [string, ManifestArtifact][]): void {
  if (manifest.missing?.length) {
    const keys = manifest.missing.map((lookup) => lookup.key).join(', ');
    throw new LocalFailure(
      `the app looks up values in an account (${keys}): give them in the app or in cdk.context.json`,
    );
  }
  const nested = artifacts.filter(([, artifact]) => artifact.type === 'cdk:cloud-assembly').map(([id]) => id);
  if (nested.length > 0) {
    throw new LocalFailure(`the app has stages (${nested.join(', ')}): run one of them with --app "<command>"`);
  }
}

function readStack(
  dir: string,
  id: string,
  artifact: ManifestArtifact,
  assets: ReadonlyMap<string, AssetSource>,
  images: ReadonlyMap<string, ImageSource>,
): StackArtifact {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
  return {
    stackName: artifact.properties?.stackName ?? id,
    account: !account || account === 'unknown-account' ? UNKNOWN_ACCOUNT : account,
    region: !region || region === 'unknown-region' ? UNKNOWN_REGION : region,
    template: readJson<Template>(dir, artifact.properties?.templateFile ?? `${id}.template.json`),
    assets,
    images,
  };
}

function assetsOf(dir: string, artifacts: readonly [string, ManifestArtifact][]): Map<string, AssetSource> {
  const assets = new Map<string, AssetSource>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    const files = readJson<AssetManifest>(dir, artifact.properties.file).files ?? {};
    for (const { source, destinations } of Object.values(files)) {
      if (!source.path) continue;
      const found = { path: join(dir, source.path), packaging: source.packaging ?? 'file' };
      for (const destination of Object.values(destinations)) assets.set(destination.objectKey, found);
    }
  }
  return assets;
}

function imagesOf(dir: string, artifacts: readonly [string, ManifestArtifact][]): Map<string, ImageSource> {
  const images = new Map<string, ImageSource>();
  for (const [, artifact] of artifacts) {
    if (artifact.type !== 'cdk:asset-manifest' || !artifact.properties?.file) continue;
    const found = readJson<AssetManifest>(dir, artifact.properties.file).dockerImages ?? {};
    for (const { source, destinations } of Object.values(found)) {
      if (!source.directory) continue;
      const { directory, dockerFile = 'Dockerfile', dockerBuildArgs: buildArgs = {} } = source;
      for (const { imageTag } of Object.values(destinations)) {
        images.set(imageTag, { directory: join(dir, directory), dockerFile, buildArgs });
      }
    }
  }
  return images;
}

function metadataOf(dir: string, artifact: ManifestArtifact): { type: string; text: string }[] {
  const extra = artifact.additionalMetadataFile
    ? readJson<NonNullable<ManifestArtifact['metadata']>>(dir, artifact.additionalMetadataFile)
    : {};
  return [artifact.metadata ?? {}, extra].flatMap((metadata) =>
    Object.entries(metadata).flatMap(([path, entries]) =>
      entries.map((entry) => ({ type: entry.type, text: `${path}: ${String(entry.data)}` })),
    ),
  );
}

function readJson<T>(dir: string, file: string): T {
  const path = join(dir, file);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw new LocalFailure(
      `cannot read ${path} of the synthesised app (${(error as Error).message}): synthesise again`,
    );
  }
}
