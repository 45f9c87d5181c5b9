import type { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { type EndpointDomain, McpEndpoint, type RestApiEndpointProps } from 'cdk-mcp';
import { type Resource, resourcesOf } from '../support';

export const ORIGIN = 'https://mcp.example.com';

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/11111111-2222-3333-4444-555555555555';

export function domainIn(stack: Stack, domainName = 'mcp.example.com'): EndpointDomain {
  return {
    domainName,
    certificate: Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE),
    hostedZone: HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
  };
}

export function restApi(stack: Stack, props: Partial<RestApiEndpointProps> = {}): McpEndpoint {
  return McpEndpoint.restApi({ domain: domainIn(stack), ...props });
}

/** Methods by verb and path, as in `POST /mcp`. */
export function methodsOf(template: Template): Record<string, Resource['Properties']> {
  const parts = new Map(resourcesOf(template, 'AWS::ApiGateway::Resource'));
  const pathOf = (id: string | undefined): string => {
    const part = id === undefined ? undefined : parts.get(id);
    return part === undefined ? '' : `${pathOf(part.Properties.ParentId.Ref)}/${part.Properties.PathPart}`;
  };
  return Object.fromEntries(
    resourcesOf(template, 'AWS::ApiGateway::Method').map(([, { Properties }]) => [
      `${Properties.HttpMethod} ${pathOf(Properties.ResourceId.Ref)}`,
      Properties,
    ]),
  );
}

/** Gateway responses by type. */
export function answersOf(template: Template): Record<string, Resource['Properties']> {
  return Object.fromEntries(
    resourcesOf(template, 'AWS::ApiGateway::GatewayResponse').map(([, { Properties }]) => [
      Properties.ResponseType,
      Properties,
    ]),
  );
}

/** The function with a description that begins so. */
export function functionOf(template: Template, description: string): Resource['Properties'] {
  const found = resourcesOf(template, 'AWS::Lambda::Function').filter(([, { Properties }]) =>
    Properties.Description?.startsWith(description),
  );
  expect(found).toHaveLength(1);
  return found[0]?.[1].Properties;
}
