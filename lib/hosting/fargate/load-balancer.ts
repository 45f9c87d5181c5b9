import { Annotations, Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledgeNoLoadBalancerLog } from '../../private/acknowledgements';
import type { EndpointFacts } from '../../private/bindings';
import { GUARD_PORT, HEALTH_PATH } from '../../private/contract';
import type { Network } from './network';

/** Seconds; the most that a target group takes. */
const LONGEST_DELAY = 3600;

export interface LoadBalancer {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly listener: elbv2.ApplicationListener;
  readonly tlsName?: string;
  readonly targets: elbv2.ApplicationTargetGroup;
  /** Present where a deployment moves the traffic. */
  readonly alternate?: { readonly targets: elbv2.ApplicationTargetGroup; readonly rule: elbv2.ApplicationListenerRule };
}

export interface LoadBalancerOptions {
  readonly network: Network;
  readonly endpoint: EndpointFacts;
  readonly drain: Duration;
  readonly movesTraffic: boolean;
}

/** The internal load balancer in front of the tasks. Nobody is let in yet: the endpoint lets its own link in. */
export function createLoadBalancer(parent: Construct, options: LoadBalancerOptions): LoadBalancer {
  const scope = new Construct(parent, 'LoadBalancing');
  const { network, endpoint, drain } = options;
  const { vpc, subnets: vpcSubnets } = network;
  const loadBalancer = new elbv2.ApplicationLoadBalancer(scope, 'LoadBalancer', {
    vpc,
    vpcSubnets,
    internetFacing: false,
    dropInvalidHeaderFields: true,
    idleTimeout: idleTimeout(endpoint),
    securityGroup: new ec2.SecurityGroup(scope, 'Group', {
      vpc,
      description: 'Load balancer of an MCP server, for the link of its endpoint alone',
      allowAllOutbound: false,
    }),
  });
  acknowledgeNoLoadBalancerLog(loadBalancer);
  const targetGroup = (id: string) =>
    new elbv2.ApplicationTargetGroup(scope, id, {
      vpc,
      port: GUARD_PORT,
      protocol: elbv2.ApplicationProtocol.HTTP,
      targetType: elbv2.TargetType.IP,
      deregistrationDelay: deregistrationDelay(endpoint, drain),
      loadBalancingAlgorithmType: elbv2.TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS,
      healthCheck: {
        path: HEALTH_PATH,
        healthyHttpCodes: '200',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 2,
      },
    });
  const targets = targetGroup('Targets');
  const secure = listenerSecurity(scope, endpoint);
  if (!options.movesTraffic) {
    const listener = loadBalancer.addListener('Listener', { ...secure, open: false, defaultTargetGroups: [targets] });
    return { loadBalancer, listener, tlsName: endpoint.domain?.domainName, targets };
  }
  const alternate = targetGroup('AlternateTargets');
  const nothing = elbv2.ListenerAction.fixedResponse(503);
  const listener = loadBalancer.addListener('Listener', { ...secure, open: false, defaultAction: nothing });
  const rule = new elbv2.ApplicationListenerRule(scope, 'Rule', {
    listener,
    priority: 1,
    conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
    action: elbv2.ListenerAction.weightedForward([
      { targetGroup: targets, weight: 100 },
      { targetGroup: alternate, weight: 0 },
    ]),
  });
  return {
    loadBalancer,
    listener,
    tlsName: endpoint.domain?.domainName,
    targets,
    alternate: { targets: alternate, rule },
  };
}

/** A little longer than the guard takes for its longest answer, and never less than the load balancer's own default. */
function idleTimeout({ longestAnswer }: EndpointFacts): Duration {
  return Duration.seconds(Math.max(60, longestAnswer.toSeconds() + 5));
}

/**
 * As long as a call may run: what is not over when it ends, the load balancer cuts. ECS sends SIGTERM afterwards, and the
 * guard's own time is bounded by Fargate.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
function deregistrationDelay({ longestAnswer }: EndpointFacts, drain: Duration): Duration {
  return Duration.seconds(Math.min(LONGEST_DELAY, Math.max(drain.toSeconds(), longestAnswer.toSeconds() + 5)));
}

function listenerSecurity(scope: Construct, { domain }: EndpointFacts): elbv2.BaseApplicationListenerProps {
  if (domain) {
    return {
      port: 443,
      protocol: elbv2.ApplicationProtocol.HTTPS,
      certificates: [domain.certificate],
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
    };
  }
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:plainHttpInsideVpc',
    'without a certificate requests travel as plain HTTP from the endpoint’s VPC link to the load balancer, closed off by ' +
      'security groups: give the endpoint a `domain`, whose certificate the load balancer then uses too',
  );
  return { port: 80, protocol: elbv2.ApplicationProtocol.HTTP };
}
