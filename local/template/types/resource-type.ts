/** A resource as its type sees it: where it is and, resolved when asked for, what it says. */
export interface ResourceView {
  readonly logicalId: string;
  readonly stackName: string;
  readonly region: string;
  readonly account: string;
  property(name: string): unknown;
}

/**
 * What is known about one CloudFormation type: its physical id, its attributes, and what becomes of each property.
 * Properties are dotted paths; a path stands for all below it, lists are looked through. What is in none of the
 * three lists stops the start, because it would otherwise be ignored silently.
 */
export interface ResourceType {
  /** What `Ref` gives. */
  ref(resource: ResourceView): string;
  readonly attributes: Readonly<Record<string, (resource: ResourceView) => unknown>>;
  readonly honoured: readonly string[];
  /** Without an effect one could observe here: names, tags, encryption, retention. */
  readonly inert: readonly string[];
  /** Not mimicked although it would change what one observes: said on the screen, by these words. */
  readonly noted?: Readonly<Record<string, string>>;
}

/** The property, or the value where the template is silent. */
export function stringOr(resource: ResourceView, property: string, otherwise: string): string {
  const value = resource.property(property);
  return typeof value === 'string' ? value : otherwise;
}

export function arn(resource: ResourceView, service: string, name: string): string {
  return `arn:aws:${service}:${resource.region}:${resource.account}:${name}`;
}

/** A seed no two resources of an app share. */
export function seed(resource: ResourceView): string {
  return `${resource.stackName}/${resource.logicalId}`;
}
