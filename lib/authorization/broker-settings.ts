import { Annotations, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Branding, ClientRegistrations } from '../private/contract';
import { failOnProblems } from '../private/errors';
import { type Bounds, lifetimeProblem, longer } from '../private/lifetimes';
import { MOST_CLIENT_SCOPES } from '../private/scopes';
import { brandingOf, brandingProblems } from './branding';
import type { BrokerAuthorizationOptions } from './broker-authorization-options';
import { compileRegistrations, registrationProblems, registrationWarnings } from './client-registrations';
import { groupRegistrations } from './registration';

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
const ACCESS: Bounds = { usual: Duration.minutes(15), least: Duration.minutes(5), most: Duration.days(1) };
const GRANT: Bounds = { usual: Duration.days(30), least: Duration.hours(1), most: Duration.days(3650) };
const REMEMBERED: Bounds = { usual: Duration.days(30), least: Duration.minutes(1), most: Duration.days(365) };

/** What a user chose about the broker, checked and complete. */
export interface BrokerSettings {
  readonly registrations: ClientRegistrations;
  /** Whether people can sign in at all. */
  readonly users: boolean;
  readonly accessLifetime: Duration;
  readonly grantLifetime: Duration;
  readonly rememberConsent?: Duration;
  readonly branding?: Branding;
}

/** Fails with everything that is wrong with the options, and warns of what weakens. */
export function brokerSettings(
  scope: Construct,
  options: BrokerAuthorizationOptions,
  scopeCount: number,
): BrokerSettings {
  const clients = options.clients ?? [];
  const users = clients.length > 0;
  const registrations = groupRegistrations(clients.map((client) => client._registration()));
  const accessLifetime = options.accessLifetime ?? ACCESS.usual;
  const grantLifetime = options.grantLifetime ?? GRANT.usual;
  failOnProblems(scope, [
    ...(users && scopeCount > MOST_CLIENT_SCOPES
      ? [
          `${scopeCount} scopes are declared, Cognito allows ${MOST_CLIENT_SCOPES} on the app client with which people ` +
            'sign in: declare fewer',
        ]
      : []),
    ...registrationProblems(registrations),
    ...brandingProblems(options.branding ?? {}),
    ...lifetimeProblems(options, accessLifetime, grantLifetime),
    ...(options.identityProviders?.length === 0
      ? ['`identityProviders` is empty, so nobody could sign in: name one, or leave it out']
      : []),
  ]);
  for (const { id, text } of registrationWarnings(registrations)) Annotations.of(scope).addWarningV2(id, text);
  warnOfLongAccess(scope, accessLifetime);
  warnOfRememberedConsent(scope, options.rememberConsent);
  return {
    registrations: compileRegistrations(registrations),
    users,
    accessLifetime,
    grantLifetime,
    rememberConsent: options.rememberConsent,
    branding: brandingOf(options.branding),
  };
}

function lifetimeProblems(options: BrokerAuthorizationOptions, access: Duration, grant: Duration): string[] {
  const problems = [
    lifetimeProblem('accessLifetime', options.accessLifetime, ACCESS),
    lifetimeProblem('grantLifetime', options.grantLifetime, GRANT),
    lifetimeProblem('rememberConsent', options.rememberConsent, REMEMBERED),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0 || !longer(access, grant)) return problems;
  return [
    `accessLifetime of ${access.toHumanString()} is longer than grantLifetime of ${grant.toHumanString()}: ` +
      'shorten the first or lengthen the second',
  ];
}

function warnOfLongAccess(scope: Construct, lifetime: Duration): void {
  if (!longer(lifetime, Duration.hours(1))) return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:longAccess',
    `access tokens are valid for ${lifetime.toHumanString()}: a disabled user keeps access for as long`,
  );
}

function warnOfRememberedConsent(scope: Construct, remembered: Duration | undefined): void {
  if (remembered === undefined) return;
  const time = remembered.isUnresolved() ? 'some time' : remembered.toHumanString();
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:rememberConsent',
    `an approval is remembered for ${time}: within it a client signs in again without its user being asked`,
  );
}
