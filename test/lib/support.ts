import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { ClientRegistration, McpAuthorization, McpHosting, SecureMcpServer, type SecureMcpServerProps } from 'cdk-mcp';

// The first test of a file loads the CDK, which takes seconds on a busy machine.
jest.setTimeout(30_000);

export const CALLBACK = 'https://client.example/callback';

/** Hosting that needs no bundling: what the code does is not this test's subject. */
export function anyHosting(options: Partial<Parameters<typeof McpHosting.lambdaCode>[0]> = {}): McpHosting {
  return McpHosting.lambdaCode({
    code: Code.fromInline('exports.handler = async () => ({})'),
    handler: 'index.handler',
    ...options,
  });
}

export function oneClient(): ClientRegistration {
  return ClientRegistration.preRegistered({ clientId: 'desktop', redirectUris: [CALLBACK] });
}

export function stackIn(props: AppProps = {}, id = 'Test'): Stack {
  return new Stack(new App(props), id);
}

/** A server with two scopes and three rules; each test changes what it is about. */
export function notesServer(
  stack: Stack,
  overrides: Partial<SecureMcpServerProps> = {},
  id = 'Notes',
): SecureMcpServer {
  return new SecureMcpServer(stack, id, {
    hosting: anyHosting(),
    authorization: McpAuthorization.cognito({ clients: [oneClient()] }),
    scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
    access: [
      { tools: ['list_notes'], resources: ['notes://note/*'], scopes: ['notes:read'] },
      { tools: ['add_note'], scopes: ['notes:write'] },
      { tools: ['delete_*'], scopes: ['notes:write'], groups: ['admins'] },
    ],
    ...overrides,
  });
}

/** The template of a stack with one server. */
export function templateOf(overrides: Partial<SecureMcpServerProps> = {}): Template {
  const stack = stackIn();
  notesServer(stack, overrides);
  return Template.fromStack(stack);
}

export interface Resource {
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON whose shape each test knows
  readonly Properties: any;
  readonly DependsOn?: string[];
  readonly DeletionPolicy?: string;
}

/** Resources of a type with their logical ids. */
export function resourcesOf(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

/** The only resource of a type. */
export function onlyResource(template: Template, type: string): Resource {
  const found = resourcesOf(template, type);
  expect(found).toHaveLength(1);
  return found[0]![1];
}

/** The variables of the function with this description. */
export function variablesOf(template: Template, description: 'server' | 'broker'): Record<string, unknown> {
  const word = description === 'server' ? 'MCP server' : 'OAuth authorization server';
  const found = resourcesOf(template, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
    Properties.Description.startsWith(word),
  );
  expect(found).toHaveLength(1);
  return found[0]![1].Properties.Environment.Variables;
}

/** A template value as a reader sees it: joins are joined, references stand in brackets. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as { 'Fn::Join'?: [string, unknown[]]; Ref?: string; 'Fn::GetAtt'?: string[] };
  if (intrinsic['Fn::Join']) return intrinsic['Fn::Join'][1].map(text).join(intrinsic['Fn::Join'][0]);
  if (intrinsic.Ref) return `[${intrinsic.Ref}]`;
  if (intrinsic['Fn::GetAtt']) return `[${intrinsic['Fn::GetAtt'].join('.')}]`;
  return JSON.stringify(value);
}
