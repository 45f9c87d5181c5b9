import { generateSecretString } from '../../../local/deployment/generated-secret';

const generate = (rules: object = {}) => generateSecretString('Secret', rules);

test('32 characters of every type, another at every call', () => {
  expect(generate()).toHaveLength(32);
  expect(generate()).not.toBe(generate());
  for (const type of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^\w\s]/]) expect(generate()).toMatch(type);
});

test('length and exclusions are kept, as truth values or as text', () => {
  expect(generate({ PasswordLength: 64, ExcludePunctuation: true })).toMatch(/^[a-zA-Z0-9]{64}$/);
  expect(generate({ ExcludePunctuation: 'true', ExcludeUppercase: true, ExcludeLowercase: true })).toMatch(/^\d{32}$/);
  const hex = { ExcludePunctuation: true, ExcludeUppercase: true, ExcludeCharacters: 'ghijklmnopqrstuvwxyz' };
  expect(generate(hex)).toMatch(/^[0-9a-f]{32}$/);
});

test('a template gets the password as a further member', () => {
  const text = generate({ SecretStringTemplate: '{"user":"a"}', GenerateStringKey: 'password', PasswordLength: 8 });
  expect(JSON.parse(text)).toEqual({ user: 'a', password: expect.stringMatching(/^.{8}$/) });
});

test.each([
  [{ SecretStringTemplate: '{}' }, 'Secret needs SecretStringTemplate and GenerateStringKey together'],
  [
    { ExcludePunctuation: true, ExcludeUppercase: true, ExcludeLowercase: true, ExcludeNumbers: true },
    'GenerateSecretString of Secret excludes every character',
  ],
])('fails for %j', (rules, message) => {
  expect(() => generate(rules)).toThrow(message);
});
