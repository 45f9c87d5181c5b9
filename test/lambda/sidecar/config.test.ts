import { containerSettings } from '../../../lambda/serve/container';
import { upstreamFrom } from '../../../lambda/sidecar/config';

test.each(['http://127.0.0.1:3000/mcp', 'http://localhost:80/mcp', 'http://[::1]:3000/'])(
  'O1 the server is on loopback: %s',
  (url) => {
    expect(upstreamFrom({ MCP_UPSTREAM: url }).href).toBe(new URL(url).href);
  },
);

test.each([
  'http://10.0.0.1:3000/mcp',
  'http://app:3000/mcp',
  'http://127.0.0.1.evil.example/mcp',
  'https://127.0.0.1:3000/mcp',
  'http://user:x@127.0.0.1:3000/mcp',
  'http://127.0.0.1:3000/mcp?a=b',
  'http://127.0.0.1:3000/mcp#a',
  'http://169.254.170.2/v2',
  'nonsense',
])('O1 fails where the server is elsewhere or more than an address: %s', (url) => {
  expect(() => upstreamFrom({ MCP_UPSTREAM: url })).toThrow('MCP_UPSTREAM');
});

test('O1 the settings of a container, and what they are without variables', () => {
  expect(containerSettings({})).toEqual({ port: 8080, drainMs: 30_000, answerMs: 60_000, streams: false });
  expect(containerSettings({ MCP_PORT: '80', MCP_DRAIN_SECONDS: '5', MCP_ANSWER_SECONDS: '900' })).toEqual({
    port: 80,
    drainMs: 5_000,
    answerMs: 900_000,
    streams: false,
  });
  expect(containerSettings({ MCP_STREAMS: 'true' }).streams).toBe(true);
  expect(containerSettings({ MCP_STREAMS: 'false' }).streams).toBe(false);
});

test.each([
  { MCP_PORT: '0' },
  { MCP_PORT: '65536' },
  { MCP_DRAIN_SECONDS: '1.5' },
  { MCP_ANSWER_SECONDS: '' },
  { MCP_STREAMS: '' },
])('O1 fails with %j', (environment) => {
  expect(() => containerSettings(environment)).toThrow(Object.keys(environment)[0]);
});
