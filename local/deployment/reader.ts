import { LocalFailure } from '../failure';
import { type OriginRow, toLocal } from '../template/origins';
import type { Stack } from '../template/stack';

/** One resource that runs here: its properties are resolved and carry local origins. */
export class Resource {
  constructor(
    readonly stack: Stack,
    readonly logicalId: string,
    private readonly origins: readonly OriginRow[],
  ) {}

  get id(): string {
    return this.stack.reference(this.logicalId) as string;
  }

  attribute(name: string): string {
    return toLocal(this.stack.attribute(this.logicalId, name), this.origins) as string;
  }

  property<T>(name: string): T | undefined {
    return toLocal(this.stack.property(this.logicalId, name), this.origins) as T | undefined;
  }

  /** The property as it would be deployed, its origins untouched. */
  deployed<T>(name: string): T | undefined {
    return this.stack.property(this.logicalId, name) as T | undefined;
  }

  required<T>(name: string): T {
    const value = this.property<T>(name);
    if (value === undefined) throw new LocalFailure(`${this.logicalId} has no ${name}: a deployment would fail too`);
    return value;
  }

  /** A value this platform knows, or a refusal that names the ones it does. */
  oneOf<T extends string>(name: string, known: readonly T[], otherwise?: T): T {
    const value = this.property<T>(name) ?? otherwise;
    if (value !== undefined && known.includes(value)) return value;
    throw new LocalFailure(
      `${name} of ${this.logicalId} is ${JSON.stringify(value)}, which cannot be honoured here: use ${known.join(' or ')}`,
    );
  }
}

/** All resources of one type in all stacks. */
export function resourcesOf(stacks: readonly Stack[], type: string, origins: readonly OriginRow[] = []): Resource[] {
  return stacks.flatMap((stack) =>
    stack.resources(type).map(({ logicalId }) => new Resource(stack, logicalId, origins)),
  );
}
