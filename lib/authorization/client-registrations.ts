import type { ClientRegistrations } from '../private/contract';
import { dynamicProblems, dynamicRegistration } from './dynamic-registration';
import { allowedHostProblems } from './metadata-hosts';
import { preRegisteredClient, preRegisteredProblems } from './pre-registered-clients';
import type { Registrations } from './registration';

/** A choice that works and weakens something. */
export interface RegistrationWarning {
  readonly id: string;
  readonly text: string;
}

/** What is wrong with the ways in which clients become known, in words. */
export function registrationProblems({ clientIdMetadata, preRegistered, dynamic }: Registrations): string[] {
  return [
    ...(clientIdMetadata.length > 1
      ? ['ClientRegistration.clientIdMetadata stands twice in `clients`: name all hosts in one `allowedHosts`']
      : clientIdMetadata.flatMap(({ allowedHosts }) => allowedHostProblems(allowedHosts))),
    ...preRegisteredProblems(preRegistered),
    ...(dynamic.length > 1
      ? ['ClientRegistration.dynamic stands twice in `clients`: remove one']
      : dynamic.flatMap(dynamicProblems)),
  ];
}

/** What the broker is told; the registrations must have no problems. */
export function compileRegistrations({ clientIdMetadata, preRegistered, dynamic }: Registrations): ClientRegistrations {
  const [documents] = clientIdMetadata;
  const [limits] = dynamic;
  return {
    ...(preRegistered.length > 0 && { preRegistered: preRegistered.map(preRegisteredClient) }),
    ...(documents && { metadataDocuments: { allowedHosts: documents.allowedHosts } }),
    ...(limits && { dynamic: dynamicRegistration(limits) }),
  };
}

export function registrationWarnings({ preRegistered, dynamic }: Registrations): RegistrationWarning[] {
  const privateUse = preRegistered.filter((client) => client.privateUseRedirectUris?.length);
  return [
    ...privateUse.map(({ clientId, privateUseRedirectUris }) => ({
      id: `cdk-mcp:privateUseRedirectUri:${clientId}`,
      text:
        `client '${clientId}' returns to ${privateUseRedirectUris?.join(', ')}: any program on the user's computer can ` +
        'claim that scheme and receive the code, which PKCE alone then protects; prefer http on 127.0.0.1, or https',
    })),
    ...dynamic.map(() => ({
      id: 'cdk-mcp:dynamicRegistration',
      text:
        'anyone can register a client, under any name that is not verified: prefer ClientRegistration.clientIdMetadata ' +
        'where the clients support it',
    })),
  ];
}
