import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { type AssetImageProps, ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { McpEndpoint, McpHosting } from 'cdk-mcp';
import { onlyResource } from '../support';

type FargateProps = Parameters<typeof McpHosting.fargate>[0];

/** A server in a container; what it does is not these tests' subject. */
export function anyContainer(options: Partial<FargateProps> = {}): McpHosting {
  return McpHosting.fargate({ image: anyImage(), port: 3000, ...options });
}

export function anyImage(props: AssetImageProps = { platform: Platform.LINUX_ARM64 }): ContainerImage {
  return ContainerImage.fromAsset(join(__dirname, 'fixtures', 'image'), props);
}

/** An HTTP API with a host name of its own. */
export function ownDomain(stack: Stack): McpEndpoint {
  const arn = 'arn:aws:acm:eu-central-1:111111111111:certificate/11111111-2222-3333-4444-555555555555';
  const certificate = Certificate.fromCertificateArn(stack, 'Certificate', arn);
  const zone = { hostedZoneId: 'Z1', zoneName: 'example.com' };
  const hostedZone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', zone);
  return McpEndpoint.httpApi({ domain: { domainName: 'mcp.example.com', certificate, hostedZone } });
}

export interface ContainerDefinition {
  readonly Name: string;
  readonly User: string;
  readonly Essential: boolean;
  readonly Privileged: boolean;
  readonly ReadonlyRootFilesystem: boolean;
  readonly LinuxParameters: unknown;
  readonly StopTimeout: number;
  readonly Environment: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Secrets?: readonly { readonly Name: string; readonly ValueFrom: unknown }[];
  readonly PortMappings?: readonly { readonly ContainerPort: number }[];
  readonly DependsOn?: readonly unknown[];
  readonly HealthCheck?: unknown;
  readonly MountPoints?: readonly unknown[];
  readonly LogConfiguration: { readonly Options: Readonly<Record<string, unknown>> };
}

export function containers(template: Template): ContainerDefinition[] {
  return onlyResource(template, 'AWS::ECS::TaskDefinition').Properties.ContainerDefinitions;
}

export function container(template: Template, name: string): ContainerDefinition {
  const found = containers(template).find(({ Name }) => Name === name);
  expect(found).toBeDefined();
  return found!;
}

export function variables(template: Template, name: string): Record<string, unknown> {
  return Object.fromEntries(container(template, name).Environment.map(({ Name, Value }) => [Name, Value]));
}
