import type { Stack } from '../template/stack';
import { resourcesOf } from './reader';

/** An `AWS::Lambda::Permission`: who may invoke which function from where. */
export interface InvokePermission {
  readonly functionArn: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export function readPermissions(stacks: readonly Stack[]): InvokePermission[] {
  return resourcesOf(stacks, 'AWS::Lambda::Permission').map((permission) => {
    const { region, account } = permission.stack.artifact;
    const name = permission.required<string>('FunctionName');
    return {
      functionArn: name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`,
      action: permission.required('Action'),
      principal: permission.required('Principal'),
      sourceArn: permission.property('SourceArn'),
      sourceAccount: permission.property('SourceAccount'),
    };
  });
}

/** The ARN API Gateway presents for a call: API, stage, method and path of the route, variables as `*`. */
export function routeSourceArn(
  api: { region: string; account: string; id: string },
  stage: string,
  routeKey: string,
  method: string,
): string {
  const path = routeKey.split(' ')[1]?.replace(/\{[^}]*\}/g, '*');
  const route = path === undefined ? '$default' : `${method}${path}`;
  return `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${stage}/${route}`;
}

/** Whether the function's policy lets API Gateway call it for this route. */
export function mayInvoke(
  permissions: readonly InvokePermission[],
  call: { functionArn: string; sourceArn: string; account: string },
): boolean {
  return permissions.some(
    (permission) =>
      permission.functionArn === call.functionArn &&
      ['lambda:InvokeFunction', 'lambda:*'].includes(permission.action) &&
      permission.principal === 'apigateway.amazonaws.com' &&
      (permission.sourceAccount ?? call.account) === call.account &&
      (permission.sourceArn === undefined || likePattern(permission.sourceArn).test(call.sourceArn)),
  );
}

function likePattern(pattern: string): RegExp {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
