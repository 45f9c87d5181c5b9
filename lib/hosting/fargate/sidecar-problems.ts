import { Token } from 'aws-cdk-lib';
import { GUARD_PORT, type PolicyDocument } from '../../private/contract';
import type { FargateHostingProps } from '../fargate-hosting-props';
import { fargateProblems } from './problems';
import type { Settings } from './settings';

/** What is wrong with a server behind a guard of its own. */
export function sidecarProblems(props: FargateHostingProps, settings: Settings, policy: PolicyDocument): string[] {
  const { port, path = '/mcp' } = props;
  return [
    ...fargateProblems(props, settings),
    ...portProblems(port),
    ...(!Token.isUnresolved(path) && /^(?:\/[A-Za-z0-9._~-]+)*\/?$/.test(path) && path.startsWith('/')
      ? []
      : [`\`path\` '${path}' is not allowed: write the path of the server's MCP endpoint as text, such as '/mcp'`]),
    ...(props.healthCommand?.length === 0
      ? ["`healthCommand` is empty: write one as in ['CMD', 'node', 'healthy.js'], or leave it out"]
      : []),
    ...(policy.sessions && settings.maxTasks > 1
      ? [
          'a server behind the guard keeps its sessions in the memory of one task: set `minTasks: 1, maxTasks: 1`, use ' +
            'McpHosting.fargateNodejs, whose sessions are in a table, or make the server stateless and leave `sessions` out',
        ]
      : []),
  ];
}

function portProblems(port: number): string[] {
  if (Token.isUnresolved(port)) return ['`port` is known only at deploy time: write a number'];
  if (!Number.isInteger(port) || port < 1024 || port > 65_535) {
    return [`\`port\` ${port} is not allowed: write 1024 to 65535, below which only root may listen`];
  }
  return port === GUARD_PORT ? [`\`port\` ${port} is the guard's: let the server listen on another, such as 3000`] : [];
}
