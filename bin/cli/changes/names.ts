import type { Resource, Template } from '../template';
import { textOf } from '../template';

/** How people call a resource: its path in the app, without the words that say nothing. */
export function nameOf(logicalId: string, resource: Resource | undefined): string {
  const path = resource?.Metadata?.['aws:cdk:path'];
  // Without the path, the name says it as well, its hash apart.
  if (typeof path !== 'string') return logicalId.replace(/(?<=.)[0-9A-F]{8}$/, '');
  const words = path.split('/').filter((word) => !['Resource', 'Default'].includes(word));
  const stack = words.findIndex((word) => word.endsWith('Stack'));
  return words.slice(stack + 1).join('/') || logicalId;
}

/** What every ARN of the stack's own account and region begins with. */
const OWN_ARN = /arn:\[AWS::Partition\]:([\w-]+):(?:\[AWS::Region\])?:(?:\[AWS::AccountId\])?:/g;

/** A value in words: references by the names people know. */
export type Namer = (value: unknown) => string;

export function namer(templates: readonly Template[]): Namer {
  const name = (logicalId: string) => {
    const found = templates.map(({ Resources }) => Resources?.[logicalId]).find((resource) => resource !== undefined);
    return nameOf(logicalId, found);
  };
  return (value) =>
    textOf(value)
      .replace(OWN_ARN, '$1:')
      .replace(/\[([\w:]+)(\.[\w.]+)?\]/g, (whole, id: string) => (id.startsWith('AWS::') ? whole : name(id)));
}
