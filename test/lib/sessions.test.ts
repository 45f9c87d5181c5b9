import { Duration } from 'aws-cdk-lib';
import { McpSessions } from 'cdk-mcp';
import { notesServer, stackIn, templateOf, variablesOf } from './support';

const sessionsOf = (sessions?: McpSessions) =>
  JSON.parse(String(variablesOf(templateOf({ sessions }), 'server').MCP_POLICY)).sessions;

describe('sessions', () => {
  test('T2 are off unless asked for', () => {
    expect(sessionsOf()).toBeUndefined();
    expect(sessionsOf(McpSessions.stateless())).toBeUndefined();
  });

  test('T2 live for an hour after their last use, or for what they are told', () => {
    expect(sessionsOf(McpSessions.dynamodb())).toEqual({ seconds: 3_600 });
    expect(sessionsOf(McpSessions.dynamodb({ ttl: Duration.minutes(5) }))).toEqual({ seconds: 300 });
    expect(sessionsOf(McpSessions.dynamodb({ ttl: Duration.hours(8) }))).toEqual({ seconds: 28_800 });
  });

  test.each([
    [Duration.minutes(4), '4 minutes'],
    [Duration.hours(9), '9 hours'],
    [Duration.millis(600_500), ''],
  ])('T2 fails with a lifetime out of bounds: %s', (ttl, said) => {
    expect(() => notesServer(stackIn(), { sessions: McpSessions.dynamodb({ ttl }) })).toThrow(
      new RegExp(`\`ttl\` of \`sessions\` is .*${said}.*: use 5 minutes to 8 hours`),
    );
  });
});
