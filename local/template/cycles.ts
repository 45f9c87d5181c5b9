import { LocalFailure } from '../failure';
import type { Template, TemplateResource } from './template';

/** Refuses resources that need each other in a circle: CloudFormation creates none of them. */
export function refuseCycles(stackName: string, template: Template): void {
  const resources = template.Resources ?? {};
  const done = new Set<string>();
  const visit = (logicalId: string, path: readonly string[]): void => {
    const begin = path.indexOf(logicalId);
    if (begin >= 0) {
      const circle = [...path.slice(begin), logicalId].join(' → ');
      throw new LocalFailure(
        `${stackName} has resources that need each other: ${circle}: CloudFormation refuses it too`,
      );
    }
    if (done.has(logicalId)) return;
    const resource = resources[logicalId] as TemplateResource;
    for (const needed of dependenciesOf(resource)) {
      if (Object.hasOwn(resources, needed)) visit(needed, [...path, logicalId]);
    }
    done.add(logicalId);
  };
  for (const logicalId of Object.keys(resources)) visit(logicalId, []);
}

/** Every name a resource refers to, parameters among them. */
function dependenciesOf(resource: TemplateResource): Set<string> {
  const names = new Set([resource.DependsOn ?? []].flat());
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) for (const element of value) collect(element);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === 'Ref') names.add(String(member));
      else if (key === 'Fn::GetAtt')
        names.add(String(Array.isArray(member) ? member[0] : member).split('.')[0] as string);
      else if (key === 'Fn::Sub') for (const name of substituted(member)) names.add(name);
      if (key !== 'Ref') collect(member);
    }
  };
  collect(resource.Properties);
  return names;
}

function substituted(argument: unknown): string[] {
  const pattern = Array.isArray(argument) ? argument[0] : argument;
  return [...String(pattern).matchAll(/\$\{([^!}][^}]*)\}/g)].map(
    ([, name]) => (name as string).trim().split('.')[0] as string,
  );
}
