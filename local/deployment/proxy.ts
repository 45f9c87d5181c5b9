import { LocalFailure } from '../failure';
import type { Resource } from './reader';

/** An integration that hands requests on through a VPC link, changed as parameters say. */
export interface ProxySpec {
  readonly linkId: string;
  readonly listenerArn: string;
  /** `ANY`: as it came. */
  readonly method: string;
  readonly requestParameters: readonly ParameterMapping[];
  /** By the status that came back. */
  readonly responseParameters: Readonly<Record<string, readonly ParameterMapping[]>>;
}

/** `overwrite:header.host` and its like, taken apart. */
export interface ParameterMapping {
  readonly action: 'append' | 'overwrite' | 'remove';
  readonly place: 'header' | 'querystring' | 'path' | 'statuscode';
  /** Of a header (lower case) or query parameter. */
  readonly name: string;
  readonly value: string;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-private.html */
export function readProxy(integration: Resource): ProxySpec {
  integration.oneOf('ConnectionType', ['VPC_LINK']);
  integration.oneOf('PayloadFormatVersion', ['1.0'], '1.0');
  const listenerArn = integration.required<string>('IntegrationUri');
  if (!/^arn:aws:elasticloadbalancing:[\w-]+:\d+:listener\/app\//.test(listenerArn)) {
    throw new LocalFailure(
      `IntegrationUri of ${integration.logicalId} (${listenerArn}) is no listener of an application load balancer`,
    );
  }
  const responses = integration.property<Record<string, unknown>>('ResponseParameters') ?? {};
  return {
    linkId: integration.required('ConnectionId'),
    listenerArn,
    method: integration.property('IntegrationMethod') ?? 'ANY',
    requestParameters: readMappings(integration, integration.property('RequestParameters') ?? {}),
    responseParameters: Object.fromEntries(
      Object.entries(responses).map(([status, given]) => [status, readMappings(integration, listed(given))]),
    ),
  };
}

/** CloudFormation writes response parameters as a list of destination and source. */
function listed(given: unknown): Record<string, string> {
  const { ResponseParameters: list } = given as { ResponseParameters?: { Destination: string; Source: string }[] };
  if (!list) return given as Record<string, string>;
  return Object.fromEntries(list.map(({ Destination, Source }) => [Destination, Source]));
}

function readMappings({ logicalId }: Resource, parameters: Readonly<Record<string, string>>): ParameterMapping[] {
  return Object.entries(parameters).map(([key, value]) => {
    const [, action, place, name = ''] =
      /^(append|overwrite|remove)[:.](header|querystring|path|statuscode)(?:\.(.+))?$/.exec(key) ?? [];
    if (!action || !place) {
      throw new LocalFailure(`the parameter '${key}' of ${logicalId} is not known here: write overwrite:header.<name>`);
    }
    const reserved = place === 'header' && RESERVED.test(name);
    if (reserved)
      throw new LocalFailure(`the header ${name} of ${logicalId} is API Gateway's own: nobody may change it`);
    return {
      action: action as ParameterMapping['action'],
      place: place as ParameterMapping['place'],
      name: place === 'header' ? name.toLowerCase() : name,
      value: String(value),
    };
  });
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html (reserved headers) */
const RESERVED =
  /^(access-control-.*|apigw-.*|authorization|connection|content-(encoding|length|location)|forwarded|keep-alive|origin|proxy-(authenticate|authorization)|te|trailers?|transfer-encoding|upgrade|via|x-amzn?-.*|x-forwarded-(for|host|proto))$/i;
