import { LocalFailure } from '../failure';
import type { StackArtifact } from './assembly';
import { refuseCycles } from './cycles';
import { type Lookup, NO_VALUE, resolve } from './intrinsics';
import { parameterValue, pseudoParameter } from './parameters';
import { checkSupport } from './support';
import type { TemplateResource } from './template';
import type { ResourceView } from './types/resource-type';
import { typeOf } from './types/types';

/** One stack with its references resolved, as if it had been deployed: ids, attributes and exports have values. */
export class Stack implements Lookup {
  private readonly resolving = new Set<string>();

  /** @param exported finds `Fn::ImportValue` among the app's stacks */
  constructor(
    readonly artifact: StackArtifact,
    private readonly exported: (name: string) => unknown,
  ) {
    const unknownRules = Object.keys(artifact.template.Rules ?? {}).filter((rule) => rule !== 'CheckBootstrapVersion');
    if (unknownRules.length > 0) {
      throw new LocalFailure(`the rules ${unknownRules.join(', ')} of ${artifact.stackName} are not evaluated here`);
    }
    refuseCycles(artifact.stackName, artifact.template);
  }

  get name(): string {
    return this.artifact.stackName;
  }

  /** The resources that exist, those behind a false condition left out. */
  resources(type?: string): { logicalId: string; resource: TemplateResource }[] {
    return Object.entries(this.artifact.template.Resources ?? {})
      .filter(([, resource]) => type === undefined || resource.Type === type)
      .filter(([, resource]) => !resource.Condition || this.condition(resource.Condition))
      .map(([logicalId, resource]) => ({ logicalId, resource }));
  }

  /** Checks every resource's type and properties; returns what is not mimicked. */
  check(): string[] {
    return this.resources().flatMap(({ logicalId, resource }) =>
      checkSupport(logicalId, resource.Type, typeOf(logicalId, resource.Type), resource.Properties ?? {}, (name) =>
        this.property(logicalId, name),
      ),
    );
  }

  property(logicalId: string, name: string): unknown {
    const value = this.resource(logicalId).Properties?.[name];
    return this.located(`${logicalId}.${name}`, () => {
      const result = resolve(value, this);
      return result === NO_VALUE ? undefined : result;
    });
  }

  reference(name: string): unknown {
    const { artifact } = this;
    if (name.startsWith('AWS::')) return pseudoParameter(name, artifact);
    const parameter = artifact.template.Parameters?.[name];
    if (parameter) return parameterValue(name, parameter);
    return typeOf(name, this.resource(name).Type).ref(this.view(name));
  }

  attribute(logicalId: string, attribute: string): unknown {
    const { Type } = this.resource(logicalId);
    const attributes = typeOf(logicalId, Type).attributes;
    const known = Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    if (!known) throw new LocalFailure(`the attribute ${attribute} of ${logicalId} (${Type}) is not known here`);
    return known(this.view(logicalId));
  }

  mapping(name: string): Record<string, Record<string, unknown>> {
    const mapping = this.artifact.template.Mappings?.[name];
    if (!mapping) throw new LocalFailure(`${this.name} has no mapping ${name}`);
    return mapping;
  }

  condition(name: string): boolean {
    const condition = this.artifact.template.Conditions?.[name];
    if (condition === undefined) throw new LocalFailure(`${this.name} has no condition ${name}`);
    return this.located(`condition ${name}`, () => String(resolve(condition, this)) === 'true');
  }

  imported(name: string): unknown {
    return this.exported(name);
  }

  /** The stack's exports by name; the values are resolved when asked for. */
  exports(): { name: string; value: () => unknown }[] {
    return Object.entries(this.artifact.template.Outputs ?? {})
      .filter(([, output]) => output.Export && (!output.Condition || this.condition(output.Condition)))
      .map(([logicalId, output]) => ({
        name: String(this.located(logicalId, () => resolve(output.Export?.Name, this))),
        value: () => this.located(logicalId, () => resolve(output.Value, this)),
      }));
  }

  private resource(logicalId: string): TemplateResource {
    const resource = this.artifact.template.Resources?.[logicalId];
    if (!resource) throw new LocalFailure(`${this.name} has no parameter or resource ${logicalId}`);
    if (resource.Condition && !this.condition(resource.Condition)) {
      throw new LocalFailure(`${logicalId} is referred to, but its condition ${resource.Condition} is false`);
    }
    return resource;
  }

  private view(logicalId: string): ResourceView {
    return {
      logicalId,
      stackName: this.name,
      region: this.artifact.region,
      account: this.artifact.account,
      property: (name) => this.property(logicalId, name),
    };
  }

  /** Names the place in errors, and breaks circles a deployment would refuse too. */
  private located<T>(place: string, work: () => T): T {
    if (this.resolving.has(place)) throw new LocalFailure(`${place} of ${this.name} depends on itself`);
    this.resolving.add(place);
    try {
      return work();
    } catch (error) {
      if (error instanceof LocalFailure && !error.message.startsWith('in ')) {
        throw new LocalFailure(`in ${place} of ${this.name}: ${error.message}`);
      }
      throw error;
    } finally {
      this.resolving.delete(place);
    }
  }
}

/** The stacks of an app, able to import from each other. */
export function linkStacks(artifacts: readonly StackArtifact[]): Stack[] {
  const stacks: Stack[] = artifacts.map(
    (artifact) =>
      new Stack(artifact, (name) => {
        const found = stacks.flatMap((stack) => stack.exports()).find((candidate) => candidate.name === name);
        if (!found) throw new LocalFailure(`Fn::ImportValue finds no export ${name} in the app's stacks`);
        return found.value();
      }),
  );
  return stacks;
}
