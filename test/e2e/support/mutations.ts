/** Changes on one side of the contract between constructs and runtime, each small enough to be a slip. */
import { ofType, type Resources } from './assembly';

export type Mutation = (resources: Resources) => void;

/** The only resource of a type whose logical id contains `named`. */
export function only(resources: Resources, type: string, named = '') {
  const found = ofType(resources, type).filter(([id]) => id.includes(named));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} are named '${named}', not one`);
  return found[0] as (typeof found)[0];
}

/** @param of part of the function's logical id */
export function renameVariable(of: string, name: string): Mutation {
  return (resources) => {
    const [, { Properties }] = only(resources, 'Lambda::Function', of);
    const variables = Properties.Environment.Variables;
    if (!(name in variables)) throw new Error(`the function has no variable ${name}`);
    variables[`${name}_RENAMED`] = variables[name];
    delete variables[name];
  };
}

export function dropRoute(key: string): Mutation {
  return (resources) => {
    const [id] = routeOf(resources, key);
    remove(resources, id);
  };
}

export function dropPermission(key: string): Mutation {
  return (resources) => {
    const suffix = `/${key.replace(' ', '')}"`;
    const [found, ...others] = ofType(resources, 'Lambda::Permission').filter(([, { Properties }]) =>
      JSON.stringify(Properties.SourceArn).includes(suffix),
    );
    if (found === undefined || others.length > 0) throw new Error(`not one permission is for ${key}`);
    remove(resources, found[0]);
  };
}

/** A change of properties of the only resource of a type. */
export function change(
  type: string,
  named: string,
  edit: (properties: Resources[string]['Properties']) => void,
): Mutation {
  return (resources) => edit(only(resources, type, named)[1].Properties);
}

export function routeOf(resources: Resources, key: string) {
  const found = ofType(resources, 'ApiGatewayV2::Route').find(([, { Properties }]) => Properties.RouteKey === key);
  if (found === undefined) throw new Error(`there is no route ${key}`);
  return found;
}

/** Takes a resource out, and out of the dependencies of others. */
export function remove(resources: Resources, id: string): void {
  delete resources[id];
  for (const resource of Object.values(resources)) {
    if (Array.isArray(resource.DependsOn)) resource.DependsOn = resource.DependsOn.filter((other) => other !== id);
  }
}
