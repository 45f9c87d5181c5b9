import { LocalFailure } from '../failure';
import type { StackArtifact } from './assembly';
import { NO_VALUE } from './intrinsics';
import { uuid } from './physical-ids';

/** `AWS::Region` and its like, as they would be where the stack is deployed. */
export function pseudoParameter(name: string, { account, region, stackName }: StackArtifact): unknown {
  switch (name) {
    case 'AWS::Region':
      return region;
    case 'AWS::AccountId':
      return account;
    case 'AWS::Partition':
      return 'aws';
    case 'AWS::URLSuffix':
      return 'amazonaws.com';
    case 'AWS::StackName':
      return stackName;
    case 'AWS::StackId':
      return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/${uuid(stackName)}`;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::NoValue':
      return NO_VALUE;
    default:
      throw new LocalFailure(`the pseudo parameter ${name} is not known here`);
  }
}

/** A parameter has its default here: nobody is there to give another value. */
export function parameterValue(name: string, parameter: { Type?: string; Default?: unknown }): unknown {
  if (name === 'BootstrapVersion') return '0';
  if (parameter.Type?.startsWith('AWS::SSM::')) {
    throw new LocalFailure(
      `the parameter ${name} reads the parameter store, which needs an account: give a value in the app`,
    );
  }
  if (parameter.Default === undefined) {
    throw new LocalFailure(`the parameter ${name} has no default: give it one in the app`);
  }
  return parameter.Type === 'CommaDelimitedList' ? String(parameter.Default).split(',') : parameter.Default;
}
