import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnGuardrail } from 'aws-cdk-lib/aws-bedrock';
import { ContentModeration, ModerationFailure, OutputPolicy, type OutputPolicyProps, PersonalData } from 'cdk-mcp';
import { notesServer, resourcesOf, stackIn, templateOf, text, variablesOf } from './support';

const outputs = (props: OutputPolicyProps) =>
  JSON.parse(variablesOf(templateOf({ output: new OutputPolicy(props) }), 'server').MCP_POLICY as string).outputs;
const moderation = ContentModeration.bedrockGuardrail({ guardrailId: 'abc123', guardrailVersion: '2' });

test('T7 what is said about outputs reaches the guard, and nothing where its default holds', () => {
  expect(outputs({})).toEqual({});
  const props: OutputPolicyProps = {
    redactSecrets: false,
    personalData: [PersonalData.EMAIL, PersonalData.IBAN, PersonalData.EMAIL],
    maxBytes: 65_536,
    allowedLinkSchemes: ['https', 'notes'],
    moderation,
  };
  expect(outputs(props)).toEqual({
    secrets: false,
    personalData: ['email', 'iban'],
    bytes: 65_536,
    linkSchemes: ['https', 'notes'],
    moderation: { onFailure: 'closed' },
  });
});

test.each<[string, OutputPolicyProps, string]>([
  ['no class', { personalData: [] }, '`personalData` is empty'],
  ['too few bytes', { maxBytes: 10 }, '`maxBytes` is 10'],
  ['more bytes than a function answers', { maxBytes: 5_000_000 }, '`maxBytes` is 5000000'],
  ['no scheme', { allowedLinkSchemes: [] }, '`allowedLinkSchemes` is empty'],
  ['a scheme with its colon', { allowedLinkSchemes: ['https:'] }, "link scheme 'https:'"],
  [
    'a guardrail by its ARN',
    { moderation: ContentModeration.bedrockGuardrail({ guardrailId: 'arn:aws:x', guardrailVersion: '1' }) },
    "guardrail 'arn:aws:x' is not an id",
  ],
  [
    'a version that is none',
    { moderation: ContentModeration.bedrockGuardrail({ guardrailId: 'abc', guardrailVersion: 'v1' }) },
    "guardrail version 'v1'",
  ],
])('T7 fails with %s', (_, props, message) => {
  expect(() => templateOf({ output: new OutputPolicy(props) })).toThrow(message);
});

test('T7 the guard may apply exactly the guardrail that is named', () => {
  const stack = stackIn();
  const guardrail = new CfnGuardrail(stack, 'Guardrail', {
    name: 'notes',
    blockedInputMessaging: 'blocked',
    blockedOutputsMessaging: 'blocked',
  });
  const { attrGuardrailId: guardrailId } = guardrail;
  notesServer(stack, {
    output: new OutputPolicy({
      moderation: ContentModeration.bedrockGuardrail({ guardrailId, guardrailVersion: 'DRAFT' }),
    }),
  });
  const template = Template.fromStack(stack);
  const statements = resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ([, { Properties }]) => Properties.PolicyDocument.Statement,
  );
  const [statement, ...others] = statements.filter(({ Action }) => String(Action).startsWith('bedrock:'));
  expect(others).toEqual([]);
  expect(statement.Action).toBe('bedrock:ApplyGuardrail');
  expect(text(statement.Resource)).toBe(
    'arn:[AWS::Partition]:bedrock:[AWS::Region]:[AWS::AccountId]:guardrail/[Guardrail.GuardrailId]',
  );
  expect(text(variablesOf(template, 'server').MCP_GUARDRAIL)).toBe('[Guardrail.GuardrailId]:DRAFT');
});

test('T7 a server without moderation may not apply guardrails', () => {
  const template = templateOf();
  expect(JSON.stringify(template.toJSON())).not.toContain('bedrock');
  expect(variablesOf(template, 'server')).not.toHaveProperty('MCP_GUARDRAIL');
});

test.each<[string, OutputPolicyProps, string]>([
  ['secrets that are not redacted', { redactSecrets: false }, 'secrets in results are not redacted'],
  [
    'moderation that fails open',
    {
      moderation: ContentModeration.bedrockGuardrail({
        guardrailId: 'abc',
        guardrailVersion: '1',
        onFailure: ModerationFailure.OPEN,
      }),
    },
    'results leave unmoderated',
  ],
])('T7 synth warns of %s', (_, props, message) => {
  const stack = stackIn();
  notesServer(stack, { output: new OutputPolicy(props) });
  Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp(message));
});

test('T7 synth does not warn of what is as it should be', () => {
  const stack = stackIn();
  notesServer(stack, { output: new OutputPolicy({ redactSecrets: true, moderation }) });
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('results'))).toEqual([]);
});
