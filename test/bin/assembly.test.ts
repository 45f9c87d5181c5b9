// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Fn::Sub is written this way
import { readStacks } from '../../bin/cli/assembly';
import { assembly, folderOf, removeFolders, resources } from './support';

afterEach(removeFolders);

test('reads each stack of the assembly with its assets', () => {
  const folder = folderOf(assembly(resources()));
  const stacks = readStacks(folder);
  expect(stacks.map((stack) => stack.name)).toEqual(['Stack']);
  expect(Object.keys(stacks[0]?.template.Resources ?? {})).toContain('Server');
  expect(stacks[0]?.assets.get('server.zip')).toBe(`${folder}/asset.server`);
});

test('reads the stacks of stages', () => {
  const stage = Object.entries(assembly(resources())).map(([name, content]) => [`assembly-Prod/${name}`, content]);
  const manifest = {
    artifacts: { 'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } } },
  };
  const folder = folderOf({ 'manifest.json': manifest, ...Object.fromEntries(stage) });
  expect(readStacks(folder).map((stack) => stack.name)).toEqual(['Stack']);
});

test('reads nested stacks', () => {
  const url = { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/assets-${AWS::AccountId}/inner.json' };
  const files = assembly({ Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } });
  const stacks = readStacks(folderOf({ ...files, 'inner.json': { Resources: resources() } }));
  expect(stacks.map((stack) => stack.name)).toEqual(['Stack', 'Stack/Inner']);
  expect(stacks[1]?.template.Resources).toHaveProperty('Server');
});

test('a nested template from elsewhere is passed over', () => {
  const url = 'https://elsewhere.example/template.json';
  const files = assembly({ Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } });
  expect(readStacks(folderOf(files)).map((stack) => stack.name)).toEqual(['Stack']);
});

test('fails where there is no assembly and says how to make one', () => {
  expect(() => readStacks('/nowhere/cdk.out')).toThrow(
    "no cloud assembly in '/nowhere/cdk.out': run `npx cdk synth` first",
  );
});

test('fails on a damaged template and names the file', () => {
  const folder = folderOf({ ...assembly({}), 'Stack.template.json': '{' });
  expect(() => readStacks(folder)).toThrow(`cannot read '${folder}/Stack.template.json'`);
});
