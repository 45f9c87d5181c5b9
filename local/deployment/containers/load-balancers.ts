import { LocalFailure } from '../../failure';
import type { Stack } from '../../template/stack';
import { type Resource, resourcesOf } from '../reader';

/** An internal application load balancer. */
export interface LoadBalancerSpec {
  readonly logicalId: string;
  readonly arn: string;
  readonly dnsName: string;
  readonly securityGroups: readonly string[];
  readonly subnets: readonly string[];
  readonly idleMs: number;
  readonly preserveHost: boolean;
  readonly dropInvalidHeaders: boolean;
  readonly listeners: readonly ListenerSpec[];
}

export interface ListenerSpec {
  readonly arn: string;
  readonly port: number;
  readonly protocol: string;
  /** In the order they are tried; the last one fits everything. */
  readonly rules: readonly ListenerRule[];
}

export interface ListenerRule {
  /** All must hold; of each, one value must fit. */
  readonly conditions: readonly ListenerCondition[];
  readonly action: ListenerAction;
}

export interface ListenerCondition {
  readonly field: 'path-pattern' | 'http-request-method' | 'host-header' | 'http-header';
  /** Of `http-header`. */
  readonly header?: string;
  readonly values: readonly string[];
}

export type ListenerAction =
  | { readonly kind: 'forward'; readonly groups: readonly { readonly arn: string; readonly weight: number }[] }
  | { readonly kind: 'fixed'; readonly status: number; readonly type: string; readonly body: string };

interface ActionProperties {
  readonly Type: string;
  readonly TargetGroupArn?: string;
  readonly ForwardConfig?: {
    readonly TargetGroups?: readonly { readonly TargetGroupArn: string; readonly Weight?: number }[];
  };
  readonly FixedResponseConfig?: {
    readonly StatusCode: string;
    readonly ContentType?: string;
    readonly MessageBody?: string;
  };
}

interface ConditionProperties {
  readonly Field?: string;
  readonly Values?: readonly string[];
  readonly PathPatternConfig?: { readonly Values?: readonly string[] };
  readonly HttpRequestMethodConfig?: { readonly Values?: readonly string[] };
  readonly HostHeaderConfig?: { readonly Values?: readonly string[] };
  readonly HttpHeaderConfig?: { readonly HttpHeaderName?: string; readonly Values?: readonly string[] };
}

const IDLE_SECONDS = 60;

const HONOURED = {
  idle: 'idle_timeout.timeout_seconds',
  dropInvalid: 'routing.http.drop_invalid_header_fields.enabled',
  preserveHost: 'routing.http.preserve_host_header.enabled',
};

/** Attributes and the values they may have here; those about logs and the account may have any. */
const ATTRIBUTES = {
  [HONOURED.idle]: /./,
  [HONOURED.dropInvalid]: /./,
  [HONOURED.preserveHost]: /./,
  'access_logs.enabled': /./,
  'access_logs.s3.bucket': /./,
  'access_logs.s3.prefix': /./,
  'client_keep_alive.seconds': /./,
  'connection_logs.enabled': /./,
  'connection_logs.s3.bucket': /./,
  'connection_logs.s3.prefix': /./,
  'deletion_protection.enabled': /./,
  'load_balancing.cross_zone.enabled': /./,
  'routing.http.desync_mitigation_mode': /./,
  'routing.http.x_amzn_tls_version_and_cipher_suite.enabled': /^false$/,
  'routing.http.xff_client_port.enabled': /^false$/,
  'routing.http.xff_header_processing.mode': /^append$/,
  'routing.http2.enabled': /./,
  'waf.fail_open.enabled': /./,
  'zonal_shift.config.enabled': /./,
} as const;

export function readLoadBalancers(stacks: readonly Stack[]): LoadBalancerSpec[] {
  const listeners = resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::Listener');
  const rules = resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::ListenerRule');
  return resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::LoadBalancer').map((balancer) => {
    balancer.oneOf('Type', ['application'], 'application');
    balancer.oneOf('Scheme', ['internal'], 'internal');
    const attribute = attributesOf(balancer, 'LoadBalancerAttributes', ATTRIBUTES);
    return {
      logicalId: balancer.logicalId,
      arn: balancer.id,
      dnsName: balancer.attribute('DNSName'),
      securityGroups: balancer.property<string[]>('SecurityGroups') ?? [],
      subnets: balancer.property<string[]>('Subnets') ?? [],
      idleMs: Number(attribute(HONOURED.idle) ?? IDLE_SECONDS) * 1000,
      preserveHost: attribute(HONOURED.preserveHost) === 'true',
      dropInvalidHeaders: attribute(HONOURED.dropInvalid) === 'true',
      listeners: listeners
        .filter((listener) => listener.required('LoadBalancerArn') === balancer.id)
        .map((listener) => readListener(listener, rules)),
    };
  });
}

/** A list of keys and values, as load balancers and target groups have them; one that is not known is refused. */
export function attributesOf(
  resource: Resource,
  property: string,
  known: Readonly<Record<string, RegExp>>,
): (key: string) => string | undefined {
  const list = resource.property<{ Key: string; Value: string }[]>(property) ?? [];
  for (const { Key: key, Value: value } of list) {
    if (!known[key]?.test(String(value))) {
      throw new LocalFailure(
        `${key} of ${resource.logicalId} is '${value}', which cannot be honoured here: leave it out`,
      );
    }
  }
  return (key) => list.find((attribute) => attribute.Key === key)?.Value;
}

function readListener(listener: Resource, rules: readonly Resource[]): ListenerSpec {
  const own = rules
    .filter((rule) => rule.required('ListenerArn') === listener.id)
    .sort((one, other) => Number(one.required('Priority')) - Number(other.required('Priority')));
  return {
    arn: listener.id,
    port: Number(listener.required('Port')),
    protocol: listener.oneOf('Protocol', ['HTTP', 'HTTPS']),
    rules: [
      ...own.map((rule) => ({
        conditions: (rule.property<ConditionProperties[]>('Conditions') ?? []).map((condition) =>
          conditionOf(condition, rule.logicalId),
        ),
        action: actionOf(rule.required('Actions'), rule.logicalId),
      })),
      { conditions: [], action: actionOf(listener.required('DefaultActions'), listener.logicalId) },
    ],
  };
}

function actionOf(actions: readonly ActionProperties[], logicalId: string): ListenerAction {
  const [action, ...others] = actions;
  if (action?.Type === 'forward' && others.length === 0) {
    const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: String(action.TargetGroupArn) }];
    return {
      kind: 'forward',
      groups: groups.map(({ TargetGroupArn: arn, Weight = 1 }) => ({ arn, weight: Number(Weight) })),
    };
  }
  if (action?.Type === 'fixed-response' && others.length === 0) {
    const { StatusCode, ContentType = 'text/plain', MessageBody = '' } = action.FixedResponseConfig ?? {};
    return { kind: 'fixed', status: Number(StatusCode), type: ContentType, body: MessageBody };
  }
  throw new LocalFailure(
    `${logicalId} does ${actions.map(({ Type }) => Type).join(', ')}: only forward or fixed-response alone are known here`,
  );
}

function conditionOf(condition: ConditionProperties, logicalId: string): ListenerCondition {
  const { Field: field, Values: plain = [] } = condition;
  switch (field) {
    case 'path-pattern':
      return { field, values: condition.PathPatternConfig?.Values ?? plain };
    case 'http-request-method':
      return { field, values: condition.HttpRequestMethodConfig?.Values ?? plain };
    case 'host-header':
      return { field, values: condition.HostHeaderConfig?.Values ?? plain };
    case 'http-header': {
      const { HttpHeaderName: header, Values: values = [] } = condition.HttpHeaderConfig ?? {};
      return { field, header: header?.toLowerCase(), values };
    }
    default:
      throw new LocalFailure(`${logicalId} has a condition on ${field}, which is not known here: leave it out`);
  }
}
