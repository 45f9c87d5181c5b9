import { appClientId, generatedName, userPoolId } from '../physical-ids';
import { clientSecret } from './client-secret';
import { arn, type ResourceType, type ResourceView, seed } from './resource-type';

const poolId = (resource: ResourceView) => userPoolId(resource.region, seed(resource));
const clientId = (resource: ResourceView) => appClientId(seed(resource));
const providerName = (resource: ResourceView) => `cognito-idp.${resource.region}.amazonaws.com/${poolId(resource)}`;

export const COGNITO_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::Cognito::UserPool': {
    ref: poolId,
    attributes: {
      Arn: (resource) => arn(resource, 'cognito-idp', `userpool/${poolId(resource)}`),
      ProviderName: providerName,
      ProviderURL: (resource) => `https://${providerName(resource)}`,
      UserPoolId: poolId,
    },
    honoured: ['UserPoolName', 'UserPoolTier', 'UsernameAttributes'],
    inert: [
      'AccountRecoverySetting',
      'AdminCreateUserConfig',
      'AliasAttributes',
      'AutoVerifiedAttributes',
      'DeletionProtection',
      'DeviceConfiguration',
      'EmailConfiguration',
      'EmailVerificationMessage',
      'EmailVerificationSubject',
      'Policies.PasswordPolicy',
      'Schema',
      'SmsAuthenticationMessage',
      'SmsConfiguration',
      'SmsVerificationMessage',
      'UserAttributeUpdateSettings',
      'UserPoolTags',
      'UsernameConfiguration',
      'VerificationMessageTemplate',
    ],
    noted: {
      EnabledMfas: 'no second factor is asked for',
      MfaConfiguration: 'no second factor is asked for',
      'Policies.SignInPolicy': 'sign-in is by password',
      UserPoolAddOns: 'no threat protection',
      WebAuthnRelyingPartyID: 'no passkeys',
      WebAuthnUserVerification: 'no passkeys',
    },
  },
  'AWS::Cognito::UserPoolClient': {
    ref: clientId,
    attributes: {
      ClientId: clientId,
      ClientSecret: (resource) => clientSecret(seed(resource)),
      Name: (resource) => resource.property('ClientName'),
    },
    honoured: [
      'AccessTokenValidity',
      'AllowedOAuthFlows',
      'AllowedOAuthFlowsUserPoolClient',
      'AllowedOAuthScopes',
      'CallbackURLs',
      'ClientName',
      'EnableTokenRevocation',
      'ExplicitAuthFlows',
      'GenerateSecret',
      'IdTokenValidity',
      'LogoutURLs',
      'RefreshTokenRotation.Feature',
      'RefreshTokenValidity',
      'SupportedIdentityProviders',
      'TokenValidityUnits',
      'UserPoolId',
    ],
    inert: [
      'AuthSessionValidity',
      'DefaultRedirectURI',
      'EnablePropagateAdditionalUserContextData',
      'PreventUserExistenceErrors',
      'ReadAttributes',
      'WriteAttributes',
    ],
  },
  'AWS::Cognito::UserPoolResourceServer': {
    ref: (resource) => String(resource.property('Identifier')),
    attributes: {},
    honoured: ['Identifier', 'Scopes', 'UserPoolId'],
    inert: ['Name'],
  },
  'AWS::Cognito::UserPoolDomain': {
    ref: (resource) => String(resource.property('Domain')),
    attributes: {
      CloudFrontDistribution: () => 'd111111abcdef8.cloudfront.net',
    },
    honoured: ['CustomDomainConfig', 'Domain', 'ManagedLoginVersion', 'UserPoolId'],
    inert: [],
  },
  'AWS::Cognito::UserPoolGroup': {
    ref: (resource) => String(resource.property('GroupName')),
    attributes: {},
    honoured: ['GroupName', 'UserPoolId'],
    inert: ['Description', 'Precedence', 'RoleArn'],
  },
  'AWS::Cognito::ManagedLoginBranding': {
    ref: (resource) => generatedName(resource.stackName, resource.logicalId),
    attributes: { ManagedLoginBrandingId: (resource) => generatedName(resource.stackName, resource.logicalId) },
    honoured: ['ClientId', 'UserPoolId'],
    inert: ['Assets', 'ReturnMergedResources', 'Settings', 'UseCognitoProvidedValues'],
  },
};
