import type {
  ClientIdMetadataProps,
  DynamicRegistrationProps,
  PreRegisteredClientProps,
} from './client-registration-props';

/** One choice of `ClientRegistration`, as its user wrote it: one of these is set. */
export interface Registration {
  readonly clientIdMetadata?: ClientIdMetadataProps;
  readonly preRegistered?: PreRegisteredClientProps;
  readonly dynamic?: DynamicRegistrationProps;
}

/** The choices, each way's together, in the order they were written. */
export interface Registrations {
  readonly clientIdMetadata: readonly ClientIdMetadataProps[];
  readonly preRegistered: readonly PreRegisteredClientProps[];
  readonly dynamic: readonly DynamicRegistrationProps[];
}

export function groupRegistrations(registrations: readonly Registration[]): Registrations {
  return {
    clientIdMetadata: registrations.flatMap(({ clientIdMetadata }) => clientIdMetadata ?? []),
    preRegistered: registrations.flatMap(({ preRegistered }) => preRegistered ?? []),
    dynamic: registrations.flatMap(({ dynamic }) => dynamic ?? []),
  };
}
