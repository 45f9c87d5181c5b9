import { Construct } from 'constructs';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { ANY_CLIENT, type TokenProfile } from '../private/contract';
import { failOnProblems } from '../private/errors';
import { refuseReplication } from '../regions/replicated-pool';
import { ProviderMachines } from './provider-machines';
import { providerProblems, warnOfProvider } from './provider-problems';
import type { ProviderAuthorizationProps } from './provider-props';

/** The claims that an HTTP API reads scopes from. */
const READ_BY_GATEWAY = ['scope', 'scp'];

/** A provider of somebody else's: nothing is made for it but the description of its tokens. */
export function bindProvider(
  parent: Construct,
  props: ProviderAuthorizationProps,
  discovery: 'openid' | 'oauth',
  context: AuthorizationContext,
): AuthorizationBinding {
  const scope = new Construct(parent, 'Authorization');
  refuseReplication(scope, context.state, `McpAuthorization.${discovery === 'openid' ? 'oidc' : 'oauth'}`);
  failOnProblems(scope, providerProblems(props));
  warnOfProvider(scope, props);
  const declared = Object.keys(context.scopes);
  const machines = new ProviderMachines(scope, props, declared);
  const scopePrefix = props.scopePrefix ?? '';
  const { scopeClaim = 'scope', machineScopeClaim = scopeClaim, claimScopePrefix = scopePrefix } = props;
  const readByGateway = [scopeClaim, machineScopeClaim].every((claim) => READ_BY_GATEWAY.includes(claim));
  return {
    tokenIssuer: props.issuer,
    jwksUri: props.jwksUri,
    scopePrefix,
    userClientIds: props.anyClient ? [ANY_CLIENT] : (props.clients ?? []),
    addMachineClient: (id, options) => machines.add(id, options),
    provider: {
      discovery,
      audience: props.audience ?? context.mcpUrl,
      algorithms: algorithmsOf(props),
      gatewayScopes: readByGateway ? declared.map((name) => `${claimScopePrefix}${name}`) : [],
      tokenProfile: () => profileOf(props, machines),
    },
  };
}

/** What is the default is left out: a function's environment is small. */
function profileOf(props: ProviderAuthorizationProps, machines: ProviderMachines): TokenProfile {
  const { audience, otherAudiences, scopeClaim = 'scope', machineScopeClaim, requiredClaims } = props;
  return {
    audience,
    otherAudiences,
    types: (props.headerTypes ?? ['at+jwt']).map((type) => type.toLowerCase()),
    algorithms: algorithmsOf(props),
    clientClaim: props.clientClaim ?? 'client_id',
    scopeClaim,
    machineScopeClaim,
    scopePrefix: props.claimScopePrefix,
    subjectClaim: props.subjectClaim,
    groupsClaim: props.groupsClaim ?? 'groups',
    requiredClaims,
    machineScopes: machines.scopesById(),
  };
}

function algorithmsOf({ algorithms = ['RS256'] }: ProviderAuthorizationProps): string[] {
  return [...algorithms];
}
