import { admitOrigin } from '../../../lambda/guard/origin';

const facts = { host: 'mcp.example.com', origins: new Set(['https://mcp.example.com', 'https://app.example.com']) };
const admit = (headers: Record<string, string>) => admitOrigin(new Headers(headers), facts);

test('A18 admits a named origin, and callers that are no browser', () => {
  expect(admit({ origin: 'https://app.example.com', host: 'mcp.example.com' }).ok).toBe(true);
  expect(admit({}).ok).toBe(true);
});

test.each(['https://evil.example', 'null', 'http://app.example.com', 'https://app.example.com.evil.example', ''])(
  'A18 refuses the origin %j',
  (origin) => {
    expect(admit({ origin })).toMatchObject({ refusal: { reason: 'origin_not_allowed' } });
  },
);

test.each(['evil.example', 'mcp.example.com:8443', 'mcp.example.com.', 'localhost'])(
  'refuses the host %s: a name that only resolves to this server is not this server',
  (host) => {
    expect(admit({ host })).toMatchObject({ refusal: { reason: 'host_not_allowed' } });
  },
);

test('admits the host whatever its case', () => {
  expect(admit({ host: 'MCP.example.com' }).ok).toBe(true);
});
