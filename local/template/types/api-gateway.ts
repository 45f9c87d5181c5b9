import { apiId, shortId } from '../physical-ids';
import { type ResourceType, type ResourceView, seed } from './resource-type';

const id = (resource: ResourceView) => shortId(seed(resource));
const api = (resource: ResourceView) => apiId(seed(resource));

/** HTTP APIs. A WebSocket API stops at `ProtocolType`, an imported one at `Body`. */
export const API_GATEWAY_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::ApiGatewayV2::Api': {
    ref: api,
    attributes: {
      ApiId: api,
      ApiEndpoint: (resource) => `https://${api(resource)}.execute-api.${resource.region}.amazonaws.com`,
    },
    honoured: ['CorsConfiguration', 'DisableExecuteApiEndpoint', 'Name', 'ProtocolType'],
    inert: ['Description', 'IpAddressType', 'Tags', 'Version'],
  },
  'AWS::ApiGatewayV2::Route': {
    ref: id,
    attributes: { RouteId: id },
    honoured: ['ApiId', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'RouteKey', 'Target'],
    inert: ['OperationName'],
  },
  'AWS::ApiGatewayV2::Integration': {
    ref: id,
    attributes: { IntegrationId: id },
    honoured: [
      'ApiId',
      'ConnectionId',
      'ConnectionType',
      'IntegrationMethod',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'RequestParameters',
      'ResponseParameters',
      'TimeoutInMillis',
      'TlsConfig.ServerNameToVerify',
    ],
    inert: ['Description'],
  },
  'AWS::ApiGatewayV2::Authorizer': {
    ref: id,
    attributes: { AuthorizerId: id },
    honoured: [
      'ApiId',
      'AuthorizerType',
      'IdentitySource',
      'JwtConfiguration.Audience',
      'JwtConfiguration.Issuer',
      'Name',
    ],
    inert: [],
  },
  'AWS::ApiGatewayV2::Stage': {
    ref: (resource) => String(resource.property('StageName')),
    attributes: {},
    honoured: [
      'AccessLogSettings.Format',
      'ApiId',
      'AutoDeploy',
      'DefaultRouteSettings.ThrottlingBurstLimit',
      'DefaultRouteSettings.ThrottlingRateLimit',
      'RouteSettings.*.ThrottlingBurstLimit',
      'RouteSettings.*.ThrottlingRateLimit',
      'StageName',
      'StageVariables',
    ],
    inert: [
      'AccessLogSettings.DestinationArn',
      'DefaultRouteSettings.DetailedMetricsEnabled',
      'Description',
      'RouteSettings.*.DetailedMetricsEnabled',
      'Tags',
    ],
  },
  'AWS::ApiGatewayV2::DomainName': {
    ref: (resource) => String(resource.property('DomainName')),
    attributes: {
      RegionalDomainName: (resource) => `d-${apiId(seed(resource))}.execute-api.${resource.region}.amazonaws.com`,
      RegionalHostedZoneId: (resource) => `Z${shortId(seed(resource)).toUpperCase()}`,
    },
    honoured: ['DomainName'],
    inert: [
      'DomainNameConfigurations.CertificateArn',
      'DomainNameConfigurations.CertificateName',
      'DomainNameConfigurations.EndpointType',
      'DomainNameConfigurations.IpAddressType',
      'DomainNameConfigurations.SecurityPolicy',
      'Tags',
    ],
  },
  'AWS::ApiGatewayV2::ApiMapping': {
    ref: id,
    attributes: { ApiMappingId: id },
    honoured: ['ApiId', 'DomainName', 'Stage'],
    inert: [],
  },
};
