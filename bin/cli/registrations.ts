import { BrokerVariable, type ClientRegistrations } from '../../lib/private/contract';
import { CliFailure } from './failure';
import { resourcesOf, type Template, textOf } from './template';

/** In words, which programs may sign people in to a server: what its broker is told. */
export function registrationsIn(template: Template, server: string): string[] | undefined {
  for (const [logicalId, properties] of resourcesOf(template, 'AWS::Lambda::Function')) {
    const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (!(BrokerVariable.clients in Variables) || textOf(Variables[BrokerVariable.server]) !== server) continue;
    return inWords(parsed(textOf(Variables[BrokerVariable.clients]), logicalId));
  }
  return undefined;
}

function inWords({ preRegistered = [], metadataDocuments, dynamic }: ClientRegistrations): string[] {
  return [
    ...preRegistered.map(({ id, secretHash }) => `${id}${secretHash === undefined ? '' : ', with a secret'}`),
    ...(metadataDocuments
      ? [`any client with a metadata document on ${metadataDocuments.allowedHosts.join(', ')}`]
      : []),
    ...(dynamic ? ['any client at all: it registers itself'] : []),
  ];
}

function parsed(text: string, logicalId: string): ClientRegistrations {
  try {
    return JSON.parse(text);
  } catch {
    throw new CliFailure(`${BrokerVariable.clients} of ${logicalId} cannot be read: synthesise again with one version`);
  }
}
