import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliFailure } from './failure';
import { resourcesOf, type Template, textOf } from './template';

/** One stack of a cloud assembly; a nested stack is one of its own. */
export interface SynthesisedStack {
  readonly name: string;
  readonly template: Template;
  /** Where an asset lies, by the key it will have in its bucket. */
  readonly assets: ReadonlyMap<string, string>;
  /** Where it is deployed to; absent for a nested stack, which its parent deploys. */
  readonly deployment?: StackDeployment;
}

export interface StackDeployment {
  readonly stackName: string;
  /** Absent: wherever the one who deploys it is. */
  readonly account?: string;
  readonly region?: string;
  /** The role that may read there, with placeholders for what is not known before. */
  readonly lookupRole?: string;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type: string;
  readonly displayName?: string;
  readonly environment?: string;
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly file?: string;
    readonly directoryName?: string;
    readonly lookupRole?: { readonly arn?: string };
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, AssetFile>>;
}

interface AssetFile {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

/** Every stack of the assembly in `folder`, those of stages and nested stacks included. */
export function readStacks(folder: string): SynthesisedStack[] {
  if (!existsSync(join(folder, 'manifest.json'))) {
    throw new CliFailure(`no cloud assembly in '${folder}': run \`npx cdk synth\` first, or name its folder`);
  }
  const artifacts = Object.entries(readJson<Manifest>(join(folder, 'manifest.json')).artifacts ?? {});
  const assets = new Map(artifacts.flatMap(([, artifact]) => assetsOf(folder, artifact)));
  return artifacts.flatMap(([id, artifact]) => {
    const { type, properties = {} } = artifact;
    if (type === 'cdk:cloud-assembly') return readStacks(join(folder, properties.directoryName ?? id));
    if (type !== 'aws:cloudformation:stack') return [];
    const name = artifact.displayName ?? properties.stackName ?? id;
    const [stack, ...nested] = withNested(name, join(folder, properties.templateFile ?? `${id}.template.json`), assets);
    return stack === undefined ? [] : [{ ...stack, deployment: deploymentOf(id, artifact) }, ...nested];
  });
}

function deploymentOf(id: string, { environment = '', properties = {} }: Artifact): StackDeployment {
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  const known = (value: string | undefined) => (value?.startsWith('unknown-') ? undefined : value);
  return {
    stackName: properties.stackName ?? id,
    account: known(account),
    region: known(region),
    lookupRole: properties.lookupRole?.arn,
  };
}

function withNested(name: string, file: string, assets: ReadonlyMap<string, string>): SynthesisedStack[] {
  const template = readJson<Template>(file);
  const nested = resourcesOf(template, 'AWS::CloudFormation::Stack').flatMap(([logicalId, { TemplateURL }]) => {
    const url = textOf(TemplateURL);
    const path = [...assets].find(([key]) => url.endsWith(`/${key}`))?.[1];
    // A template that is not part of the assembly cannot hold one of our servers: they are made here.
    return path === undefined ? [] : withNested(`${name}/${logicalId}`, path, assets);
  });
  return [{ name, template, assets }, ...nested];
}

function assetsOf(folder: string, { type, properties }: Artifact): [string, string][] {
  if (type !== 'cdk:asset-manifest' || properties?.file === undefined) return [];
  const { files = {} } = readJson<AssetManifest>(join(folder, properties.file));
  return Object.values(files).flatMap(({ source, destinations }) => {
    const { path } = source;
    if (path === undefined) return [];
    return Object.values(destinations).map(({ objectKey }): [string, string] => [objectKey, join(folder, path)]);
  });
}

function readJson<T>(path: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    throw new CliFailure(`cannot read '${path}' (${(error as Error).message}): run \`npx cdk synth\` again`);
  }
}
