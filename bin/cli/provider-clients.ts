import { ANY_CLIENT, GuardVariable, type TokenProfile } from '../../lib/private/contract';
import type { Client } from './clients';
import { CliFailure } from './failure';
import { REPAIR } from './policy-variable';
import { textOf } from './template';

/** The clients of a provider that exists, which no template defines: the guard is told of them. */
export interface ProviderClients {
  /** The provider's issuer. */
  readonly issuer: string;
  readonly userClients: readonly Client[];
  readonly machineClients: readonly Client[];
}

/** Undefined where tokens come from a user pool. */
export function providerClientsIn(
  variables: Readonly<Record<string, unknown>>,
  where: string,
): ProviderClients | undefined {
  if (!(GuardVariable.tokenProfile in variables)) return undefined;
  const { machineScopes } = profileIn(textOf(variables[GuardVariable.tokenProfile]), where);
  const users = textOf(variables[GuardVariable.userClients]).split(',').filter(Boolean);
  return {
    issuer: textOf(variables[GuardVariable.tokenIssuer]),
    userClients: users.map((id) => ({ name: id === ANY_CLIENT ? 'any client of the provider' : id })),
    machineClients: Object.entries(machineScopes).map(([name, scopes]) => ({ name, scopes })),
  };
}

function profileIn(text: string, where: string): TokenProfile {
  try {
    const profile = JSON.parse(text) as TokenProfile;
    if (typeof profile.machineScopes === 'object') return profile;
  } catch {
    // Said below.
  }
  throw new CliFailure(`${GuardVariable.tokenProfile} of ${where} is no token profile: ${REPAIR}`);
}
