import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledgeAccountWideActions } from '../../private/acknowledgements';
import type { LoadBalancer } from './load-balancer';

/**
 * What ECS needs to move traffic between the two target groups of a service, on this load balancer alone.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
export function trafficRole(scope: Construct, { listener, targets, alternate }: LoadBalancer): iam.Role {
  const role = new iam.Role(scope, 'TrafficRole', {
    assumedBy: new iam.ServicePrincipal('ecs.amazonaws.com').withConditions({
      StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
    }),
  });
  const groups = [targets, ...(alternate ? [alternate.targets] : [])].map(({ targetGroupArn }) => targetGroupArn);
  const rules = alternate ? [alternate.rule.listenerRuleArn] : [];
  new iam.Policy(role, 'Traffic', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
        resources: groups,
      }),
      new iam.PolicyStatement({
        actions: ['elasticloadbalancing:ModifyListener', 'elasticloadbalancing:ModifyRule'],
        resources: [listener.listenerArn, ...rules],
      }),
    ],
  });
  const describe = new iam.Policy(role, 'Describe', {
    roles: [role],
    statements: [
      new iam.PolicyStatement({
        actions: [
          'elasticloadbalancing:DescribeListeners',
          'elasticloadbalancing:DescribeRules',
          'elasticloadbalancing:DescribeTargetGroups',
          'elasticloadbalancing:DescribeTargetHealth',
        ],
        resources: ['*'],
      }),
    ],
  });
  acknowledgeAccountWideActions(describe, 'reading the state of load balancers');
  return role;
}
