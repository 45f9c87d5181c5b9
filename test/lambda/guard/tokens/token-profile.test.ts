import { profileFrom } from '../../../../lambda/guard/tokens/token-profile';
import { PROFILE } from '../../../support/provider-guard';

const from = (profile: unknown) => profileFrom({ MCP_TOKEN_PROFILE: JSON.stringify(profile) });

test('A15 tokens are as Cognito issues them unless a profile is there', () => {
  expect(profileFrom({})).toBeUndefined();
  expect(from(PROFILE)).toEqual(PROFILE);
});

test.each([
  [{ ...PROFILE, types: undefined }],
  [{ ...PROFILE, types: [] }],
  [{ ...PROFILE, types: 'at+jwt' }],
  [{ ...PROFILE, algorithms: undefined }],
  [{ ...PROFILE, algorithms: [] }],
  [{ ...PROFILE, clientClaim: '' }],
  [{ ...PROFILE, scopeClaim: undefined }],
  [{ ...PROFILE, machineScopes: undefined }],
  [{}],
  [[]],
  ['at+jwt'],
])('A15 fails at cold start with the profile %j', (profile) => {
  expect(() => from(profile)).toThrow('MCP_TOKEN_PROFILE');
});

test('A15 fails at cold start with a profile that was lost on the way', () => {
  expect(() => profileFrom({ MCP_TOKEN_PROFILE: '' })).toThrow('MCP_TOKEN_PROFILE');
});
