import { Annotations, type Stage } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { quoted } from '../private/errors';
import { SecureMcpServer } from '../server';

/** Warns of production servers whose old version does not wait beside the new one: a trial elsewhere is no proof. */
export function warnOfSuddenServers(scope: Construct, production: readonly Stage[]): void {
  const sudden = production
    .flatMap((stage) => stage.node.findAll())
    .filter((node) => node instanceof SecureMcpServer)
    .filter((server) => !server._gradual);
  if (sudden.length === 0) return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:suddenProduction',
    `a new version in production gets all calls at once, of ${quoted(sudden.map(({ node }) => node.path))}: give ` +
      '`deployment: LambdaDeployment.canary()` or `FargateDeployment.canary()` to the hosting',
  );
}
