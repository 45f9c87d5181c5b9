/** What else constructs may get wrong besides a name, by what was changed. */
import type { Resources } from './assembly';
import { change, type Mutation, only, remove, routeOf } from './mutations';

type Properties = Resources[string]['Properties'];

const isScope = (name: string) => (scope: unknown) => JSON.stringify(scope).includes(`/${name}"`);
const withoutWrite = (scopes: unknown[]) => scopes.filter((scope) => !isScope('notes:write')(scope));

const authorizer = (edit: (properties: Properties) => void) => change('ApiGatewayV2::Authorizer', '', edit);
const server = (edit: (properties: Properties) => void) => change('Lambda::Function', 'Server', edit);
const broker = (edit: (properties: Properties) => void) => change('Lambda::Function', 'Broker', edit);
const upstreamClient = (edit: (properties: Properties) => void) => change('Cognito::UserPoolClient', 'Broker', edit);
const grantsTable = (edit: (properties: Properties) => void) => change('DynamoDB::GlobalTable', 'Grants', edit);
const otherKey = (properties: Properties) => {
  for (const list of [properties.KeySchema, properties.AttributeDefinitions]) list[0].AttributeName = 'id';
};

const AUTHORIZER: Readonly<Record<string, Mutation>> = {
  "the authorizer's audience lacks the MCP URL": authorizer(({ JwtConfiguration }) => {
    JwtConfiguration.Audience = JwtConfiguration.Audience.filter((one: object) => 'Ref' in one);
  }),
  "the authorizer's audience lacks the machine clients": authorizer(({ JwtConfiguration }) => {
    JwtConfiguration.Audience = JwtConfiguration.Audience.filter((one: object) => !('Ref' in one));
  }),
  'the authorizer trusts another issuer': authorizer(({ JwtConfiguration }) => {
    JwtConfiguration.Issuer = 'https://issuer.example.com';
  }),
  'the authorizer reads another header': authorizer((properties) => {
    properties.IdentitySource = ['$request.header.X-Token'];
  }),
  'the route lacks a scope': (resources) => {
    const [, { Properties }] = routeOf(resources, 'POST /mcp');
    Properties.AuthorizationScopes = Properties.AuthorizationScopes.filter(
      (scope: unknown) => !isScope('notes:read')(scope),
    );
  },
};

const POOL: Readonly<Record<string, Mutation>> = {
  'the resource server has another identifier': change('Cognito::UserPoolResourceServer', '', (properties) => {
    properties.Identifier = 'https://other.example.com/mcp';
  }),
  'the resource server lacks a scope': change('Cognito::UserPoolResourceServer', '', (properties) => {
    properties.Scopes = properties.Scopes.slice(1);
  }),
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
};

const CLIENTS: Readonly<Record<string, Mutation>> = {
  "the broker's app client leads back elsewhere": upstreamClient((properties) => {
    properties.CallbackURLs = ['https://other.example.com/oauth2/callback'];
  }),
  "the broker's app client may not ask for a scope": upstreamClient((properties) => {
    properties.AllowedOAuthScopes = withoutWrite(properties.AllowedOAuthScopes);
  }),
  "the broker's app client may not use codes": upstreamClient((properties) => {
    properties.AllowedOAuthFlows = ['implicit'];
  }),
  "the broker's app client may not use OAuth": upstreamClient((properties) => {
    properties.AllowedOAuthFlowsUserPoolClient = false;
  }),
  "the broker's app client has no secret": upstreamClient((properties) => {
    properties.GenerateSecret = false;
  }),
  "the broker's app client rotates refresh tokens": upstreamClient((properties) => {
    properties.RefreshTokenRotation = { Feature: 'ENABLED' };
  }),
  "the broker's app client cannot revoke tokens": upstreamClient((properties) => {
    properties.EnableTokenRevocation = false;
  }),
  "the broker's app client has no managed login style": (resources) => {
    remove(resources, only(resources, 'Cognito::ManagedLoginBranding')[0]);
  },
  'the secret is not that of the app client': change('SecretsManager::Secret', '', (properties) => {
    properties.SecretString = 'another';
  }),
  'a machine client may not ask for its scope': change('Cognito::UserPoolClient', 'Machinereporting', (properties) => {
    properties.AllowedOAuthScopes = ['openid'];
  }),
  'a machine client may not sign in as itself': change('Cognito::UserPoolClient', 'Machinereporting', (properties) => {
    properties.AllowedOAuthFlows = ['code'];
  }),
};

const FUNCTIONS: Readonly<Record<string, Mutation>> = {
  'the policy has another version': server(({ Environment }) => {
    Environment.Variables.MCP_POLICY = Environment.Variables.MCP_POLICY.replace('"version":1', '"version":2');
  }),
  'the policy names a tool otherwise': server(({ Environment }) => {
    Environment.Variables.MCP_POLICY = Environment.Variables.MCP_POLICY.replace('list_notes', 'notes_list');
  }),
  'the contract of the guard has another version': server(({ Environment }) => {
    Environment.Variables.MCP_CONTRACT = '0';
  }),
  'the contract of the broker has another version': broker(({ Environment }) => {
    Environment.Variables.MCP_CONTRACT = '0';
  }),
  'the MCP URL ends in a slash for the guard': server(({ Environment: { Variables } }) => {
    Variables.MCP_RESOURCE = { 'Fn::Join': ['', [Variables.MCP_RESOURCE, '/']] };
  }),
  'the MCP URL ends in a slash for the broker': broker(({ Environment: { Variables } }) => {
    Variables.MCP_RESOURCE = { 'Fn::Join': ['', [Variables.MCP_RESOURCE, '/']] };
  }),
  'the issuer ends in a slash for the broker': broker(({ Environment: { Variables } }) => {
    Variables.MCP_ISSUER = { 'Fn::Join': ['', [Variables.MCP_ISSUER, '/']] };
  }),
  'the guard takes the tokens of another client for those of users': server(({ Environment: { Variables } }) => {
    Variables.MCP_USER_CLIENTS = 'local-dev';
  }),
  'the guard looks for grants in another table': (resources) => {
    const [notes] = only(resources, 'DynamoDB::GlobalTable', 'Table');
    only(resources, 'Lambda::Function', 'Server')[1].Properties.Environment.Variables.MCP_GRANTS_TABLE = { Ref: notes };
  },
  'the handler of the server has another name': server((properties) => {
    properties.Handler = 'index.main';
  }),
  'the handler of the broker has another name': broker((properties) => {
    properties.Handler = 'index.main';
  }),
  'the table of the notes has another key': change('DynamoDB::GlobalTable', 'Table', otherKey),
  'the table of the grants has another key': grantsTable(otherKey),
  'the table of the grants has a sort key': grantsTable((properties) => {
    properties.KeySchema.push({ AttributeName: 'sk', KeyType: 'RANGE' });
    properties.AttributeDefinitions.push({ AttributeName: 'sk', AttributeType: 'S' });
  }),
};

export const SLIPS: Readonly<Record<string, Mutation>> = { ...AUTHORIZER, ...POOL, ...CLIENTS, ...FUNCTIONS };
