import type { StackArtifact } from '../../../local/template/assembly';
import { linkStacks, type Stack } from '../../../local/template/stack';
import type { Template } from '../../../local/template/template';

function link(...templates: Template[]): Stack[] {
  return linkStacks(
    templates.map(
      (template, index): StackArtifact => ({
        stackName: `Stack${index}`,
        account: '123456789012',
        region: 'eu-central-1',
        template,
        assets: new Map(),
        images: new Map(),
      }),
    ),
  );
}

const one = (template: Template) => link(template)[0] as Stack;
const pool = { Type: 'AWS::Cognito::UserPool', Properties: {} };

test('physical ids have the shape of those of AWS and stay the same', () => {
  const template: Template = {
    Resources: {
      Pool: pool,
      Client: { Type: 'AWS::Cognito::UserPoolClient' },
      Api: { Type: 'AWS::ApiGatewayV2::Api' },
    },
  };
  expect(one(template).reference('Pool')).toMatch(/^eu-central-1_[A-Za-z0-9]{9}$/);
  expect(one(template).reference('Client')).toMatch(/^[a-z0-9]{26}$/);
  expect(one(template).attribute('Api', 'ApiEndpoint')).toMatch(
    /^https:\/\/[a-z0-9]{10}\.execute-api\.eu-central-1\.amazonaws\.com$/,
  );
  expect(one(template).reference('Pool')).toBe(one(template).reference('Pool'));
});

test('knows the pseudo parameters, parameters with a default, and ignores the bootstrap version', () => {
  const stack = one({
    Parameters: {
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
      Size: { Type: 'String', Default: 'small' },
    },
  });
  expect(stack.reference('AWS::Region')).toBe('eu-central-1');
  expect(stack.reference('AWS::StackId')).toMatch(
    /^arn:aws:cloudformation:eu-central-1:123456789012:stack\/Stack0\/[0-9a-f-]{36}$/,
  );
  expect(stack.reference('Size')).toBe('small');
  expect(stack.reference('BootstrapVersion')).toBe('0');
});

test('refuses a parameter without a default and one of the parameter store', () => {
  const stack = one({
    Parameters: { Open: { Type: 'String' }, Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/a' } },
  });
  expect(() => stack.reference('Open')).toThrow('the parameter Open has no default: give it one in the app');
  expect(() => stack.reference('Stored')).toThrow('the parameter Stored reads the parameter store');
});

test('leaves out resources behind a false condition, and refuses references to them', () => {
  const stack = one({
    Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
    Resources: { Pool: { ...pool, Condition: 'Never' }, Other: pool },
  });
  expect(stack.resources().map((resource) => resource.logicalId)).toEqual(['Other']);
  expect(() => stack.reference('Pool')).toThrow('Pool is referred to, but its condition Never is false');
});

test('imports what another stack of the app exports', () => {
  const [, importing] = link(
    { Resources: { Pool: pool }, Outputs: { Out: { Value: { Ref: 'Pool' }, Export: { Name: 'Shared:Pool' } } } },
    {
      Resources: {
        Group: {
          Type: 'AWS::Cognito::UserPoolGroup',
          Properties: { UserPoolId: { 'Fn::ImportValue': 'Shared:Pool' } },
        },
      },
    },
  );
  expect(importing?.property('Group', 'UserPoolId')).toMatch(/^eu-central-1_/);
});

test('refuses an import nobody exports, naming the place', () => {
  const stack = one({
    Resources: {
      Group: { Type: 'AWS::Cognito::UserPoolGroup', Properties: { GroupName: { 'Fn::ImportValue': 'X' } } },
    },
  });
  expect(() => stack.property('Group', 'GroupName')).toThrow(
    'in Group.GroupName of Stack0: Fn::ImportValue finds no export X',
  );
});

test('refuses an unknown type, naming resource and type', () => {
  expect(() => one({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } }).check()).toThrow(
    'resource Queue is an AWS::SQS::Queue, which does not run here',
  );
});

test('refuses an attribute a type does not have', () => {
  expect(() => one({ Resources: { Pool: pool } }).attribute('Pool', 'Colour')).toThrow(
    'the attribute Colour of Pool (AWS::Cognito::UserPool) is not known here',
  );
});

test('refuses a property it cannot honour, also a nested one, and accepts the keys of a free map', () => {
  const stage = (settings: object) => ({
    Resources: { Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { RouteSettings: { 'GET /a.b': settings } } } },
  });
  expect(one(stage({ ThrottlingRateLimit: 1 })).check()).toEqual([]);
  expect(() => one(stage({ DataTraceEnabled: true })).check()).toThrow(
    'property RouteSettings.GET /a.b.DataTraceEnabled of Stage (AWS::ApiGatewayV2::Stage) cannot be honoured here',
  );
  expect(() =>
    one({ Resources: { Fn: { Type: 'AWS::Lambda::Function', Properties: { Layers: ['arn'] } } } }).check(),
  ).toThrow('property Layers of Fn (AWS::Lambda::Function) cannot be honoured here');
});

test('names what is not mimicked, and does not resolve what has no effect', () => {
  const stack = one({
    Resources: {
      Pool: { ...pool, Properties: { MfaConfiguration: 'ON', EnabledMfas: ['SOFTWARE_TOKEN_MFA'] } },
      Fn: { Type: 'AWS::Lambda::Function', Properties: { VpcConfig: { 'Fn::Cidr': [] } } },
      Net: { Type: 'AWS::EC2::Subnet', Properties: { Zone: { 'Fn::GetAZs': '' } } },
    },
  });
  expect(stack.check()).toEqual(['Pool (MfaConfiguration, EnabledMfas): no second factor is asked for']);
});

test('refuses resources that need each other, as CloudFormation does', () => {
  const needs = (other: string) => ({ ...pool, Properties: { UserPoolName: { 'Fn::GetAtt': [other, 'Arn'] } } });
  expect(() => link({ Resources: { A: needs('B'), B: { ...pool, DependsOn: 'C' }, C: needs('A') } })).toThrow(
    'Stack0 has resources that need each other: A → B → C → A',
  );
});

test('refuses rules it does not evaluate', () => {
  expect(() => link({ Rules: { CheckBootstrapVersion: {} } })).not.toThrow();
  expect(() => link({ Rules: { Mine: {} } })).toThrow('the rules Mine of Stack0 are not evaluated here');
});
