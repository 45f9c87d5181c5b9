/** How people prove who they are: one property each. */
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Mfa,
  StandardThreatProtectionMode,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderOidc,
} from 'aws-cdk-lib/aws-cognito';
import { type CognitoAuthorizationProps, McpAuthorization, type SecureMcpServer } from 'cdk-mcp';
import { notesServer, oneClient, onlyResource, resourcesOf, stackIn, templateOf } from '../support';

function withOptions(props: CognitoAuthorizationProps): Template {
  return templateOf({ authorization: McpAuthorization.cognito({ clients: [oneClient()], ...props }) });
}

function poolWith(props: CognitoAuthorizationProps) {
  return onlyResource(withOptions(props), 'AWS::Cognito::UserPool').Properties;
}

function warningsOf(props: CognitoAuthorizationProps): Annotations {
  const stack = stackIn();
  notesServer(stack, { authorization: McpAuthorization.cognito({ clients: [oneClient()], ...props }) });
  return Annotations.fromStack(stack);
}

describe('a second factor', () => {
  test('A16 is everyone’s choice by default: an authenticator app', () => {
    expect(poolWith({})).toMatchObject({ MfaConfiguration: 'OPTIONAL', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] });
  });

  test('A16 can be required, or be another', () => {
    expect(poolWith({ mfa: Mfa.REQUIRED })).toMatchObject({
      MfaConfiguration: 'ON',
      EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
    });
    expect(poolWith({ mfaSecondFactor: { sms: true, otp: true } }).EnabledMfas).toEqual([
      'SMS_MFA',
      'SOFTWARE_TOKEN_MFA',
    ]);
  });

  test('A16 can be switched off, which is a warning', () => {
    expect(poolWith({ mfa: Mfa.OFF })).toMatchObject({ MfaConfiguration: 'OFF' });
    warningsOf({ mfa: Mfa.OFF }).hasWarning('*', Match.stringLikeRegexp('nobody can protect an account'));
  });
});

describe('passkeys', () => {
  test('A16 are off by default', () => {
    expect(poolWith({}).Policies.SignInPolicy).toBeUndefined();
    expect(poolWith({}).WebAuthnFactorConfiguration).toBeUndefined();
  });

  test('A16 stand beside the password, verify their user, and count as both factors', () => {
    const template = withOptions({ passkeys: true, mfa: Mfa.REQUIRED });
    expect(onlyResource(template, 'AWS::Cognito::UserPool').Properties).toMatchObject({
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      WebAuthnUserVerification: 'required',
      WebAuthnFactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
    });
    expect(onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties.ExplicitAuthFlows).toContain(
      'ALLOW_USER_AUTH',
    );
  });

  test('A16 belong to the login page’s own host name where it has one', () => {
    const certificate = Certificate.fromCertificateArn(stackIn(), 'C', 'arn:aws:acm:us-east-1:1:certificate/x');
    const customDomain = { domainName: 'login.example.com', certificate };
    expect(poolWith({ passkeys: true, customDomain }).WebAuthnRelyingPartyID).toBe('login.example.com');
    expect(poolWith({ passkeys: true }).WebAuthnRelyingPartyID).toBeUndefined();
  });
});

describe('threat protection', () => {
  test('A16 is off by default, on the Essentials plan', () => {
    expect(poolWith({}).UserPoolAddOns).toBeUndefined();
    expect(poolWith({ threatProtection: StandardThreatProtectionMode.NO_ENFORCEMENT }).UserPoolTier).toBe('ESSENTIALS');
  });

  test.each([
    [StandardThreatProtectionMode.FULL_FUNCTION, 'ENFORCED'],
    [StandardThreatProtectionMode.AUDIT_ONLY, 'AUDIT'],
  ])('A16 of mode %s comes with the Plus plan', (threatProtection, mode) => {
    expect(poolWith({ threatProtection })).toMatchObject({
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: mode },
    });
  });
});

describe('passwords', () => {
  test('A16 are strong by default, and what is left out stays so', () => {
    expect(poolWith({ passwordPolicy: { minLength: 16 } }).Policies.PasswordPolicy).toMatchObject({
      MinimumLength: 16,
      RequireLowercase: true,
      RequireUppercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
    });
  });

  test('A16 that may be short are a warning', () => {
    warningsOf({ passwordPolicy: { minLength: 6 } }).hasWarning('*', Match.stringLikeRegexp('may have 6 characters'));
  });
});

describe('identity providers', () => {
  function oidc(server: SecureMcpServer, name?: string): UserPoolIdentityProviderOidc {
    return new UserPoolIdentityProviderOidc(server.node.scope!, 'Okta', {
      userPool: server.userPool!,
      name,
      clientId: 'id',
      clientSecret: 'secret',
      issuerUrl: 'https://okta.example',
    });
  }

  function serverWith(identityProviders?: UserPoolClientIdentityProvider[]) {
    const stack = stackIn();
    const clients = [oneClient()];
    const server = notesServer(stack, { authorization: McpAuthorization.cognito({ clients, identityProviders }) });
    return { stack, server };
  }

  function supported(template: Template): unknown {
    return onlyResource(template, 'AWS::Cognito::UserPoolClient').Properties.SupportedIdentityProviders;
  }

  test('A16 made later for the pool are offered, and waited for', () => {
    const { stack, server } = serverWith();
    oidc(server);
    const template = Template.fromStack(stack);
    const [[id]] = resourcesOf(template, 'AWS::Cognito::UserPoolIdentityProvider') as [[string, unknown]];
    expect(supported(template)).toEqual(['COGNITO', { Ref: id }]);
  });

  test('A16 can be chosen, so that the pool’s own accounts cannot sign in, and are waited for', () => {
    const { stack, server } = serverWith([UserPoolClientIdentityProvider.custom('Okta')]);
    oidc(server, 'Okta');
    const template = Template.fromStack(stack);
    const [[id]] = resourcesOf(template, 'AWS::Cognito::UserPoolIdentityProvider') as [[string, unknown]];
    expect(supported(template)).toEqual([{ Ref: id }]);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test('A16 chosen but made by nobody are a warning', () => {
    const { stack } = serverWith([UserPoolClientIdentityProvider.COGNITO, UserPoolClientIdentityProvider.GOOGLE]);
    expect(supported(Template.fromStack(stack))).toEqual(['COGNITO', 'Google']);
    Annotations.fromStack(stack).hasWarning(
      '*',
      Match.stringLikeRegexp("identity provider 'Google' is not in this app"),
    );
  });

  test('A16 fail when the list is empty', () => {
    expect(() => serverWith([])).toThrow(/`identityProviders` is empty, so nobody could sign in/);
  });
});
