import { join } from 'node:path';
import { FargateDeployment, LambdaDeployment, McpHosting } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { notesImage } from './container/image';
import { notesNetwork } from './network';

/**
 * `-c hosting=fargate` runs the same tools as a container behind the guard's, `fargate-nodejs` as one that is its own
 * guard.
 */
export function notesHosting(
  scope: Construct,
  environment: Record<string, string>,
  { canary, severalRegions }: { readonly canary: boolean; readonly severalRegions: boolean },
): McpHosting {
  const entry = join(__dirname, 'server.ts');
  const onFargate = () => ({
    environment,
    deployment: canary ? FargateDeployment.canary() : undefined,
    vpc: severalRegions ? notesNetwork(scope) : undefined,
  });
  const choice = String(scope.node.tryGetContext('hosting') ?? 'lambda');
  switch (choice) {
    case 'lambda':
      return McpHosting.nodejs({ entry, environment, deployment: canary ? LambdaDeployment.canary() : undefined });
    case 'fargate':
      return McpHosting.fargate({ image: notesImage(), port: 3000, ...onFargate() });
    case 'fargate-nodejs':
      return McpHosting.fargateNodejs({ entry, ...onFargate() });
    default:
      throw new Error(`hosting '${choice}' is not known: use lambda, fargate or fargate-nodejs`);
  }
}
