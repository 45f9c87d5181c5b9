import { toLocal } from '../../../local/template/origins';

const table = [
  { deployed: 'https://abc.execute-api.eu-central-1.amazonaws.com', local: 'http://localhost:4000' },
  { deployed: 'https://cognito-idp.eu-central-1.amazonaws.com', local: 'http://localhost:4001' },
  { deployed: 'https://mcp.example', local: 'http://localhost:4003' },
];

test.each([
  ['https://abc.execute-api.eu-central-1.amazonaws.com/mcp', 'http://localhost:4000/mcp'],
  ['https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x', 'http://localhost:4001/eu-central-1_x'],
  ['cognito-idp.eu-central-1.amazonaws.com/eu-central-1_x', 'localhost:4001/eu-central-1_x'],
  ['https://mcp.example,https://other.example', 'http://localhost:4003,https://other.example'],
  ['a https://mcp.example/x b https://mcp.example/y', 'a http://localhost:4003/x b http://localhost:4003/y'],
  ['https://mcp.example.org/x', 'https://mcp.example.org/x'],
  ['https://not.mcp.example', 'https://not.mcp.example'],
  ['someone@mcp.example', 'someone@mcp.example'],
])('%s → %s', (deployed, local) => {
  expect(toLocal(deployed, table)).toBe(local);
});

test('reaches every depth and leaves everything else alone', () => {
  expect(toLocal({ a: ['https://mcp.example', 1], b: { c: null, d: 'x' } }, table)).toEqual({
    a: ['http://localhost:4003', 1],
    b: { c: null, d: 'x' },
  });
});
