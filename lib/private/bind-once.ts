import type { Construct } from 'constructs';
import { fail } from './errors';

/**
 * A choice such as `McpHosting.nodejs(...)` becomes resources when a server binds it, once: bound twice,
 * two servers would share resources without anybody having written so.
 */
export class BindOnce<Context, Binding> {
  private boundTo?: string;

  public constructor(
    private readonly name: string,
    private readonly binder: (scope: Construct, context: Context) => Binding,
  ) {}

  public bind(scope: Construct, context: Context): Binding {
    if (this.boundTo !== undefined) {
      fail(scope, `this ${this.name} already belongs to '${this.boundTo}': create one for each server`);
    }
    this.boundTo = scope.node.path;
    return this.binder(scope, context);
  }
}
