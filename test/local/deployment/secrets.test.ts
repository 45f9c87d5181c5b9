import { readDeployment } from '../../../local/deployment/deployment';
import { readAssembly } from '../../../local/template/assembly';
import type { Template } from '../../../local/template/template';
import { changed, withResource, writeAssembly } from '../fixtures/assembly';
import { SMALL_STACK, SMALL_TEMPLATE } from '../fixtures/small-stack';

const secretOf = (properties: Record<string, unknown>) => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: properties,
});

function deploy(properties: Record<string, unknown>, template: Template = SMALL_TEMPLATE) {
  const withSecret = withResource(template, 'Secret', secretOf(properties));
  const reading = changed(withSecret, 'Server', {
    Environment: { Variables: { SECRET_ARN: { Ref: 'Secret' } } },
  });
  return readDeployment(readAssembly(writeAssembly([{ ...SMALL_STACK, template: reading }])), 4100);
}

test("holds an app client's secret, the one the identity provider knows", () => {
  const { secrets, pools } = deploy({ SecretString: { 'Fn::GetAtt': ['Machine', 'ClientSecret'] } });
  expect(secrets[0]?.value).toMatch(/^[a-z0-9]{51}$/);
  expect(secrets[0]?.value).toBe(pools[0]?.clients[0]?.clientSecret);
});

test('its ARN is what functions are given: the name and six characters', () => {
  const { secrets, functions } = deploy({ Name: 'folder/upstream', SecretString: 'x' });
  expect(secrets[0]).toMatchObject({ name: 'folder/upstream', value: 'x' });
  expect(secrets[0]?.arn).toMatch(
    /^arn:aws:secretsmanager:eu-central-1:123456789012:secret:folder\/upstream-[a-z0-9]{6}$/,
  );
  expect(functions[0]?.variables.SECRET_ARN).toBe(secrets[0]?.arn);
  expect(deploy({ SecretString: 'x' }).secrets[0]?.name).toMatch(/^Small-Secret-[a-z0-9]{12}$/);
});

test('is generated where the template says so', () => {
  const { secrets } = deploy({ GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } });
  expect(secrets[0]?.value).toMatch(/^[a-zA-Z0-9]{40}$/);
});

test.each([
  [{}, 'Secret needs either SecretString or GenerateSecretString'],
  [{ SecretString: 'x', GenerateSecretString: {} }, 'Secret needs either SecretString or GenerateSecretString'],
  [{ SecretString: 'x', Type: 'managed' }, 'property Type of Secret'],
  [{ GenerateSecretString: { Words: 4 } }, 'property GenerateSecretString.Words of Secret'],
])('fails for %j', (properties, message) => {
  expect(() => deploy(properties)).toThrow(message);
});

test.each([
  [{ EnableTokenRevocation: false }, 'switches EnableTokenRevocation off'],
  [{ RefreshTokenRotation: { Feature: 'ENABLED' } }, 'rotates refresh tokens'],
  [{ RefreshTokenRotation: { RetryGracePeriodSeconds: 10 } }, 'RetryGracePeriodSeconds of Person'],
])('an app client with %j is refused: the tokens here would differ', (properties, message) => {
  expect(() => deploy({ SecretString: 'x' }, changed(SMALL_TEMPLATE, 'Person', properties))).toThrow(message);
});

test('an app client that says outright what is the default is fine', () => {
  const properties = { EnableTokenRevocation: true, RefreshTokenRotation: { Feature: 'DISABLED' } };
  expect(deploy({ SecretString: 'x' }, changed(SMALL_TEMPLATE, 'Person', properties)).pools).toHaveLength(1);
});
