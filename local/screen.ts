import { connectLines } from './connect';
import type { Deployment } from './deployment/deployment';
import { findServers } from './describe-stack';
import { serversWithProvider } from './provider';
import type { StackFile } from './stack-file';

/** What is shown when everything is up: what runs where, how to connect, who may sign in. */
export function screen(deployment: Deployment, stack: StackFile, stackFile: string): string[] {
  return [
    '',
    ...findServers(deployment).map((server) => `  MCP server      ${server.resource}`),
    ...serversWithProvider(deployment).flatMap(({ resource, issuer }) => [
      `  MCP server      ${resource}`,
      `  Its provider    ${issuer}`,
    ]),
    ...deployment.endpoints
      .filter((endpoint) => !endpoint.disabled)
      .map((endpoint) => `  ${TITLES[endpoint.kind].padEnd(15)} ${endpoint.local}  for ${endpoint.deployed}`),
    `  Functions       ${deployment.functions.map((one) => one.logicalId).join(', ')}  (on Node.js ${process.versions.node})`,
    ...deployment.containers.services.map(
      ({ logicalId, desiredCount, task }) =>
        `  Service         ${logicalId}, ${desiredCount} tasks of ${task.containers.map(({ name }) => name).join(' and ')}`,
    ),
    ...(stack.tablesEndpoint
      ? [`  Tables          ${stack.tablesEndpoint}  (${deployment.tables.map((table) => table.TableName).join(', ')})`]
      : []),
    `  Logs            ${stack.logs}`,
    `  For tests       ${stackFile}`,
    ...notMimicked(deployment.notes),
    '',
    '  Connect',
    ...connectLines(stack),
    '',
    ...(stack.users.length > 0 ? ['  Sign in as'] : []),
    ...stack.users.map((user) => `    ${user.username.padEnd(16)} ${user.password}   ${groupsOf(user.groups)}`),
    '',
  ];
}

const TITLES = {
  'execute-api': 'API',
  'custom-domain': 'API',
  'cognito-idp': 'Token issuer',
  'managed-login': 'Sign-in',
} as const;

function notMimicked(notes: readonly string[]): string[] {
  return notes.length > 0 ? ['', '  Not mimicked here', ...notes.map((note) => `    ${note}`)] : [];
}

function groupsOf(groups: readonly string[]): string {
  return groups.length > 0 ? `in ${groups.join(', ')}` : 'in no group';
}
