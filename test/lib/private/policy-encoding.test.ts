import { gunzipSync } from 'node:zlib';
import type { PolicyDocument } from '../../../lib/private/contract';
import { encodePolicy } from '../../../lib/private/policy-encoding';

/** Names that compress badly, so that sizes can be chosen. */
function policyOf(tools: number, width: number): PolicyDocument {
  let seed = 1;
  const letter = () => {
    seed = (seed * 48271) % 2147483647;
    return (seed % 36).toString(36);
  };
  const names = Array.from({ length: tools }, () => Array.from({ length: width }, letter).join(''));
  return { version: 1, scopes: ['a'], rules: [{ tools: names, scopes: ['a'] }] };
}

describe('the encoding of a policy', () => {
  test('is plain JSON up to 2 KB', () => {
    const policy = policyOf(10, 20);
    const { variable, file } = encodePolicy(policy);
    expect(JSON.parse(variable)).toEqual(policy);
    expect(file).toBeUndefined();
  });

  test('is compressed above 2 KB, the same on every operating system', () => {
    const policy = policyOf(100, 20);
    const { variable, file } = encodePolicy(policy);
    expect(variable.slice(0, 5)).toBe('gzip:');
    const bytes = Buffer.from(variable.slice(5), 'base64');
    expect(JSON.parse(gunzipSync(bytes).toString())).toEqual(policy);
    expect(bytes[9]).toBe(0xff);
    expect(variable.length).toBeLessThanOrEqual(3072);
    expect(file).toBeUndefined();
  });

  test('is a file above 3 KB', () => {
    const policy = policyOf(300, 30);
    expect(encodePolicy(policy)).toEqual({
      variable: 'file:policy.json',
      file: JSON.stringify(policy),
      metadata: expect.any(String),
    });
  });
});
