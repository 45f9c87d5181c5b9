import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { answerSecrets, type Secrets, startSecrets } from '../../local/secrets';

const secret = {
  arn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:folder/upstream-Ab12Cd',
  name: 'folder/upstream',
  value: 'p4ssw0rd',
};
const authorization =
  'AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-central-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=x';
const target = 'secretsmanager.GetSecretValue';

function ask(request: object, override: { authorization?: string; target?: string } = {}) {
  return answerSecrets([secret], 'eu-central-1', { authorization, target, body: JSON.stringify(request), ...override });
}

describe('with the official client', () => {
  let secrets: Secrets;
  let client: SecretsManagerClient;

  beforeAll(async () => {
    secrets = await startSecrets([secret], 'eu-central-1');
    client = new SecretsManagerClient({
      region: 'eu-central-1',
      endpoint: secrets.endpoint,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    });
  });

  afterAll(async () => {
    client.destroy();
    await secrets.close();
  });

  test.each([
    ['ARN', secret.arn],
    ['name', secret.name],
    ['ARN without the characters at its end', secret.arn.slice(0, -7)],
  ])('a secret is read by its %s', async (_, SecretId) => {
    const value = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(value).toMatchObject({
      ARN: secret.arn,
      Name: secret.name,
      SecretString: 'p4ssw0rd',
      VersionStages: ['AWSCURRENT'],
    });
    expect(value.CreatedDate).toBeInstanceOf(Date);
    expect(value.VersionId).toMatch(/^[\da-f-]{36}$/);
  });

  test('fails for an unknown secret and an operation that is not mimicked, by the names AWS uses', async () => {
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'other' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

test('fails without a signature, and with one for another service or region', () => {
  expect(ask({ SecretId: secret.arn }).status).toBe(200);
  const refused = (given: string | undefined) => ask({ SecretId: secret.arn }, { authorization: given }).body.__type;
  expect(refused(undefined)).toBe('MissingAuthenticationTokenException');
  expect(refused(authorization.replace('secretsmanager', 'dynamodb'))).toBe('InvalidSignatureException');
  expect(refused(authorization.replace('eu-central-1', 'us-east-1'))).toBe('InvalidSignatureException');
  expect(refused('Bearer x')).toBe('InvalidSignatureException');
});

test('there is one version: the current one', () => {
  const { VersionId } = ask({ SecretId: secret.arn }).body;
  expect(ask({ SecretId: secret.arn, VersionStage: 'AWSCURRENT', VersionId }).status).toBe(200);
  expect(ask({ SecretId: secret.arn, VersionStage: 'AWSPREVIOUS' }).body.__type).toBe('ResourceNotFoundException');
  expect(ask({ SecretId: secret.arn, VersionId: 'x' }).body.__type).toBe('ResourceNotFoundException');
});

test('fails for a request that names no secret', () => {
  expect(ask({}).body.__type).toBe('InvalidParameterException');
  expect(answerSecrets([secret], 'eu-central-1', { authorization, target, body: 'no JSON' }).body.__type).toBe(
    'InvalidParameterException',
  );
});
