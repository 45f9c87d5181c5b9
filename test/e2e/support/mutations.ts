/** Changes on one side of the contract between constructs and runtime, each small enough to be a slip. */
import { ofType, type Resources } from './assembly';

export type Mutation = (resources: Resources) => void;

/** The only resource of a type. */
function only(resources: Resources, type: string, named = '') {
  const found = ofType(resources, type).filter(([id]) => id.includes(named));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} are named '${named}', not one`);
  return found[0] as (typeof found)[0];
}

export function renameVariable(role: 'Server' | 'Broker', name: string): Mutation {
  return (resources) => {
    const [, { Properties }] = only(resources, 'Lambda::Function', role);
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
function change(type: string, named: string, edit: (properties: Resources[string]['Properties']) => void): Mutation {
  return (resources) => edit(only(resources, type, named)[1].Properties);
}

const isScope = (name: string) => (scope: unknown) => JSON.stringify(scope).includes(`/${name}"`);

/** By what was changed. */
export const OTHERS: Readonly<Record<string, Mutation>> = {
  "the authorizer's audience lacks the MCP URL": change('ApiGatewayV2::Authorizer', '', ({ JwtConfiguration }) => {
    JwtConfiguration.Audience = JwtConfiguration.Audience.filter((one: object) => 'Ref' in one);
  }),
  "the authorizer's audience lacks the machine clients": change(
    'ApiGatewayV2::Authorizer',
    '',
    ({ JwtConfiguration }) => {
      JwtConfiguration.Audience = JwtConfiguration.Audience.filter((one: object) => !('Ref' in one));
    },
  ),
  'the authorizer trusts another issuer': change('ApiGatewayV2::Authorizer', '', ({ JwtConfiguration }) => {
    JwtConfiguration.Issuer = 'https://issuer.example.com';
  }),
  'the authorizer reads another header': change('ApiGatewayV2::Authorizer', '', (properties) => {
    properties.IdentitySource = ['$request.header.X-Token'];
  }),
  'the route lacks a scope': (resources) => {
    const [, { Properties }] = routeOf(resources, 'POST /mcp');
    Properties.AuthorizationScopes = Properties.AuthorizationScopes.filter(
      (scope: unknown) => !isScope('notes:read')(scope),
    );
  },
  'the resource server has another identifier': change('Cognito::UserPoolResourceServer', '', (properties) => {
    properties.Identifier = 'https://other.example.com/mcp';
  }),
  'the resource server lacks a scope': change('Cognito::UserPoolResourceServer', '', (properties) => {
    properties.Scopes = properties.Scopes.slice(1);
  }),
  'the app client of people may not ask for a scope': change(
    'Cognito::UserPoolClient',
    'Clientlocaldev',
    (properties) => {
      properties.AllowedOAuthScopes = properties.AllowedOAuthScopes.filter(
        (scope: unknown) => !isScope('notes:write')(scope),
      );
    },
  ),
  'the app client of people may not use codes': change('Cognito::UserPoolClient', 'Clientlocaldev', (properties) => {
    properties.AllowedOAuthFlows = ['implicit'];
  }),
  'the app client has no managed login style': (resources) => {
    remove(resources, only(resources, 'Cognito::ManagedLoginBranding')[0]);
  },
  'the login page is the classic one, which binds no audience': change('Cognito::UserPoolDomain', '', (properties) => {
    properties.ManagedLoginVersion = 1;
  }),
  'the feature plan is Lite, which binds no audience': change('Cognito::UserPool', '', (properties) => {
    properties.UserPoolTier = 'LITE';
  }),
  'the pool has no domain': (resources) => remove(resources, only(resources, 'Cognito::UserPoolDomain')[0]),
  'a group has another name': change('Cognito::UserPoolGroup', '', (properties) => {
    properties.GroupName = 'administrators';
  }),
  'the policy has another version': change('Lambda::Function', 'Server', ({ Environment }) => {
    Environment.Variables.MCP_POLICY = Environment.Variables.MCP_POLICY.replace('"version":1', '"version":2');
  }),
  'the policy names a tool otherwise': change('Lambda::Function', 'Server', ({ Environment }) => {
    Environment.Variables.MCP_POLICY = Environment.Variables.MCP_POLICY.replace('list_notes', 'notes_list');
  }),
  'the contract has another version': change('Lambda::Function', 'Server', ({ Environment }) => {
    Environment.Variables.MCP_CONTRACT = '0';
  }),
  'the MCP URL ends in a slash for the guard': change('Lambda::Function', 'Server', ({ Environment }) => {
    const { Variables } = Environment;
    Variables.MCP_RESOURCE = { 'Fn::Join': ['', [Variables.MCP_RESOURCE, '/']] };
  }),
  'the MCP URL ends in a slash for the documents': change('Lambda::Function', 'Broker', ({ Environment }) => {
    const { Variables } = Environment;
    Variables.MCP_RESOURCE = { 'Fn::Join': ['', [Variables.MCP_RESOURCE, '/']] };
  }),
  'the handler has another name': change('Lambda::Function', 'Server', (properties) => {
    properties.Handler = 'index.main';
  }),
  'the table has another key': change('DynamoDB::GlobalTable', '', (properties) => {
    for (const list of [properties.KeySchema, properties.AttributeDefinitions]) list[0].AttributeName = 'id';
  }),
};

function routeOf(resources: Resources, key: string) {
  const found = ofType(resources, 'ApiGatewayV2::Route').find(([, { Properties }]) => Properties.RouteKey === key);
  if (found === undefined) throw new Error(`there is no route ${key}`);
  return found;
}

/** Takes a resource out, and out of the dependencies of others. */
function remove(resources: Resources, id: string): void {
  delete resources[id];
  for (const resource of Object.values(resources)) {
    if (Array.isArray(resource.DependsOn)) resource.DependsOn = resource.DependsOn.filter((other) => other !== id);
  }
}
