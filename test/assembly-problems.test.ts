// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are CloudFormation's, not of this language
/** What `npm run synth:all` finds in an assembly. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assemblyProblems, cycleIn } from '../scripts/assembly-problems';

const to = (reference: unknown) => ({ Type: 'A', Properties: { deep: [{ value: reference }] } });

test.each([
  ['Ref', to({ Ref: 'B' })],
  ['GetAtt', to({ 'Fn::GetAtt': ['B', 'Arn'] })],
  ['GetAtt as text', to({ 'Fn::GetAtt': 'B.Arn' })],
  ['Sub', to({ 'Fn::Sub': 'x-${B}' })],
  ['Sub of an attribute', to({ 'Fn::Sub': ['${Own}/${B.Arn}', { Own: 'x' }] })],
  ['Sub of what it brings along', to({ 'Fn::Sub': ['${Own}', { Own: { Ref: 'B' } }] })],
  ['DependsOn', { Type: 'A', DependsOn: 'B' }],
  ['DependsOn of several', { Type: 'A', DependsOn: ['C', 'B'] }],
  ['UpdatePolicy', { Type: 'A', UpdatePolicy: { CodeDeployLambdaAliasUpdate: { DeploymentGroupName: { Ref: 'B' } } } }],
  ['Metadata', { Type: 'A', Metadata: { of: { Ref: 'B' } } }],
])('O7 a circle by %s is found', (_, first) => {
  expect(cycleIn({ Resources: { A: first, B: to({ Ref: 'C' }), C: to({ Ref: 'A' }) } })).toEqual(
    expect.arrayContaining(['A', 'C']),
  );
  expect(cycleIn({ Resources: { A: first, B: to({ Ref: 'C' }), C: to('A') } })).toBeUndefined();
});

test('O7 a resource that waits for itself is found, and text, parameters and names of one’s own are no references', () => {
  expect(cycleIn({ Resources: { A: to({ Ref: 'A' }) } })).toEqual(['A', 'A']);
  const innocent = [{ 'Fn::Sub': '${!A} ${AWS::Region}' }, { 'Fn::Sub': ['${A}', { A: 'x' }] }, { Ref: 'AWS::Region' }];
  for (const value of innocent) expect(cycleIn({ Resources: { A: to(value) } })).toBeUndefined();
});

test('O7 circles and look-ups are found in nested assemblies as well', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  try {
    mkdirSync(join(folder, 'assembly-Stage'));
    const write = (name: string, value: object) => writeFileSync(join(folder, name), JSON.stringify(value));
    write('manifest.json', { missing: [] });
    write('assembly-Stage/manifest.json', { missing: [{ provider: 'availability-zones' }] });
    write('Fine.template.json', { Resources: { A: to('B') } });
    write('assembly-Stage/Part.nested.template.json', { Resources: { A: to({ Ref: 'B' }), B: to({ Ref: 'A' }) } });
    expect(assemblyProblems(folder)).toEqual([
      'assembly-Stage/Part.nested.template.json has a circular dependency: A → B → A',
      'assembly-Stage/manifest.json has availability-zones looked up',
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
