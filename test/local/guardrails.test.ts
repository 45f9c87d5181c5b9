import { guardrailEndpoint } from '../../local/guardrails';

const moderated = { logicalId: 'Server', variables: { MCP_GUARDRAIL: 'abc:1' } };

test('T7 refuses to run moderation that nothing here answers', () => {
  expect(() => guardrailEndpoint([moderated], {})).toThrow('Server moderates with a Bedrock guardrail');
});

test('T7 hands on the endpoint that answers, to a stack with moderation alone', () => {
  const environment = { AWS_ENDPOINT_URL_BEDROCK_RUNTIME: 'http://127.0.0.1:1' };
  expect(guardrailEndpoint([moderated], environment)).toEqual({ BEDROCK_RUNTIME: 'http://127.0.0.1:1' });
  expect(guardrailEndpoint([{ logicalId: 'Server', variables: {} }], environment)).toEqual({});
});
