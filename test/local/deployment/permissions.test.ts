import { type InvokePermission, mayInvoke, routeSourceArn } from '../../../local/deployment/permissions';

const api = { region: 'eu-central-1', account: '123456789012', id: 'abc' };
const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:f';
const prefix = 'arn:aws:execute-api:eu-central-1:123456789012:abc';

test.each([
  ['POST /mcp', 'POST', `${prefix}/$default/POST/mcp`],
  ['ANY /mcp', 'GET', `${prefix}/$default/GET/mcp`],
  ['GET /notes/{id}', 'GET', `${prefix}/$default/GET/notes/*`],
  ['$default', 'GET', `${prefix}/$default/$default`],
])('the source of %s', (key, method, expected) => {
  expect(routeSourceArn(api, '$default', key, method)).toBe(expected);
});

const allowed: InvokePermission = {
  functionArn,
  action: 'lambda:InvokeFunction',
  principal: 'apigateway.amazonaws.com',
  sourceArn: `${prefix}/*/POST/mcp`,
};
const call = { functionArn, sourceArn: `${prefix}/$default/POST/mcp`, account: '123456789012' };

test('a permission for the route lets API Gateway call the function', () => {
  expect(mayInvoke([allowed], call)).toBe(true);
  expect(mayInvoke([{ ...allowed, sourceArn: `${prefix}/*/*` }], call)).toBe(true);
  expect(mayInvoke([{ ...allowed, sourceArn: undefined }], call)).toBe(true);
});

test.each<[string, InvokePermission[]]>([
  ['no permission', []],
  ['one for another function', [{ ...allowed, functionArn: `${functionArn}2` }]],
  ['one for another route', [{ ...allowed, sourceArn: `${prefix}/*/GET/mcp` }]],
  ['one for another API', [{ ...allowed, sourceArn: allowed.sourceArn?.replace(':abc/', ':xyz/') }]],
  ['one for another service', [{ ...allowed, principal: 'events.amazonaws.com' }]],
  ['one for another action', [{ ...allowed, action: 'lambda:GetFunction' }]],
  ['one for another account', [{ ...allowed, sourceAccount: '999999999999' }]],
])('%s does not', (_, permissions) => {
  expect(mayInvoke(permissions, call)).toBe(false);
});
