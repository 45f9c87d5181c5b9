/** Lifetimes, remembered consent and branding. */
import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { type CognitoAuthorizationProps, McpAuthorization } from 'cdk-mcp';
import { notesServer, oneClient, onlyResource, stackIn, templateOf, variablesOf } from '../support';

function withOptions(props: CognitoAuthorizationProps): Template {
  return templateOf({ authorization: McpAuthorization.cognito({ clients: [oneClient()], ...props }) });
}

function warningsOf(props: CognitoAuthorizationProps): Annotations {
  const stack = stackIn();
  notesServer(stack, { authorization: McpAuthorization.cognito({ clients: [oneClient()], ...props }) });
  return Annotations.fromStack(stack);
}

describe('lifetimes', () => {
  test('A11 can be chosen', () => {
    const template = withOptions({ accessLifetime: Duration.minutes(5), grantLifetime: Duration.hours(8) });
    expect(onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
      AccessTokenValidity: 5,
      RefreshTokenValidity: 480,
    });
    expect(variablesOf(template, 'broker').MCP_GRANT_SECONDS).toBe('28800');
  });

  test.each([
    [{ accessLifetime: Duration.minutes(4) }, /accessLifetime of 4 minutes is out of bounds: use 5 minutes to 1 day/],
    [{ accessLifetime: Duration.days(2) }, /accessLifetime of 2 days/],
    [{ grantLifetime: Duration.minutes(30) }, /grantLifetime of 30 minutes/],
    [
      { accessLifetime: Duration.hours(3), grantLifetime: Duration.hours(2) },
      /accessLifetime of 3 hours is longer than grantLifetime of 2 hours/,
    ],
    [{ rememberConsent: Duration.days(366) }, /rememberConsent of 366 days is out of bounds/],
  ])('A11 fail with %j', (props, message) => {
    expect(() => withOptions(props)).toThrow(message);
  });

  test('A11 an access token for longer than an hour is a warning', () => {
    warningsOf({ accessLifetime: Duration.hours(2) }).hasWarning(
      '*',
      Match.stringLikeRegexp('valid for 2 hours: a disabled user keeps'),
    );
  });
});

describe('remembered consent', () => {
  test('A7 is off by default', () => {
    expect(variablesOf(templateOf(), 'broker')).not.toHaveProperty('MCP_REMEMBER_CONSENT');
  });

  test('A7 can be chosen, which is a warning', () => {
    const props = { rememberConsent: Duration.days(7) };
    expect(variablesOf(withOptions(props), 'broker').MCP_REMEMBER_CONSENT).toBe(String(7 * 86_400));
    warningsOf(props).hasWarning('*', Match.stringLikeRegexp('an approval is remembered for 7 days'));
  });
});

describe('branding', () => {
  test('is left out where there is none', () => {
    expect(variablesOf(templateOf(), 'broker')).not.toHaveProperty('MCP_BRANDING');
    expect(variablesOf(withOptions({ branding: {} }), 'broker')).not.toHaveProperty('MCP_BRANDING');
  });

  test('reaches the pages', () => {
    const branding = { serviceName: 'Acme', color: '#0b5fff', supportUrl: 'mailto:help@acme.example' };
    expect(JSON.parse(variablesOf(withOptions({ branding }), 'broker').MCP_BRANDING as string)).toEqual(branding);
  });

  test.each([
    [{ serviceName: '' }, /serviceName '' is not allowed/],
    [{ serviceName: 'x'.repeat(81) }, /serviceName/],
    [{ color: 'red' }, /color 'red' is not allowed: write it as '#rrggbb'/],
    [{ color: '#fff; }' }, /color/],
    [{ supportUrl: 'http://acme.example' }, /supportUrl/],
    [{ supportUrl: 'javascript:alert(1)' }, /supportUrl/],
    [{ supportUrl: 'https://acme.example/"onclick="x' }, /supportUrl/],
  ])('fails with %j', (branding, message) => {
    expect(() => withOptions({ branding })).toThrow(message);
  });
});
