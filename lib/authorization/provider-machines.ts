import type { IConstruct } from 'constructs';
import { fail, failOnProblems } from '../private/errors';
import { scopeListProblems } from '../private/scopes';
import type { MachineClient, MachineClientOptions } from './machine-client';
import { clientIdProblems } from './provider-problems';
import type { ProviderAuthorizationProps } from './provider-props';

/** Machine clients of a provider that exists: registered there, and accepted here with the scopes named. */
export class ProviderMachines {
  private readonly machines = new Map<string, MachineClient>();

  public constructor(
    private readonly scope: IConstruct,
    private readonly props: ProviderAuthorizationProps,
    private readonly declared: readonly string[],
  ) {}

  public add(id: string, { scopes, clientId = id }: MachineClientOptions): MachineClient {
    if (this.machines.has(id)) fail(this.scope, `machine client '${id}' exists already: use another id`);
    if ([...this.machines.values()].some((machine) => machine.clientId === clientId)) {
      fail(this.scope, `machine client '${id}' has the client id of another, '${clientId}': add it once`);
    }
    if (this.props.clients?.includes(clientId)) {
      fail(
        this.scope,
        `machine client '${id}' is in \`clients\` too, so its tokens could not be told from those of people: ` +
          'register another client at the provider',
      );
    }
    failOnProblems(this.scope, [
      ...clientIdProblems(clientId, false),
      ...scopeListProblems(`\`scopes\` of machine client '${id}'`, scopes, this.declared),
    ]);
    const machine = { clientId, scopes: [...scopes] };
    this.machines.set(id, machine);
    return machine;
  }

  /** The most that each client may use, by its id: what a provider gives beyond that counts for nothing. */
  public scopesById(): Record<string, readonly string[]> {
    return Object.fromEntries([...this.machines.values()].map(({ clientId, scopes }) => [clientId, scopes]));
  }
}
