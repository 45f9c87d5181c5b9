import { Stack } from 'aws-cdk-lib';
import { assetPath } from '../../../lib/private/assets';

test('a part of this package is found by its absolute path', () => {
  expect(assetPath(new Stack(), 'broker')).toMatch(/^\/.*\/assets\/broker$/);
});

test('fails with the command to run when a part was not built', () => {
  expect(() => assetPath(new Stack(), 'nothing')).toThrow(/assets\/nothing' is missing: run `npm run build`/);
});
