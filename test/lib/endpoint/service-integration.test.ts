import { anyContainer } from '../hosting/fargate-support';
import { resourcesOf, templateOf } from '../support';

function integrations(template: ReturnType<typeof templateOf>, type: string) {
  return resourcesOf(template, 'AWS::ApiGatewayV2::Integration').filter(
    ([, { Properties }]) => Properties.IntegrationType === type,
  );
}

test('O1 clients learn when to come back where a load balancer does not say so', () => {
  const [[, integration] = [], ...others] = integrations(templateOf({ hosting: anyContainer() }), 'HTTP_PROXY');
  const comeBack = { Destination: 'overwrite:header.retry-after', Source: '5' };
  expect(others).toEqual([]);
  expect(integration?.Properties.ResponseParameters).toEqual({
    '502': { ResponseParameters: [{ Destination: 'overwrite:statuscode', Source: '503' }, comeBack] },
    '503': { ResponseParameters: [comeBack] },
  });
});

test('O1 the answers of functions are left alone', () => {
  for (const [, { Properties }] of integrations(templateOf({ hosting: anyContainer() }), 'AWS_PROXY')) {
    expect(Properties.ResponseParameters).toBeUndefined();
  }
});
