/** Which wildcards of the pipeline's roles are waived, and with which reason. */
import { App, Stack, Validations } from 'aws-cdk-lib';
import { acknowledgeWildcards } from '../../../lib/delivery/acknowledgements';
import { narrowed, type Statement } from '../../../lib/delivery/narrow';

const allow = (Action: string | string[], Resource: unknown = '*', Condition?: object): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  Condition,
});

function waived(statements: readonly Statement[]): { id: string; reason: string }[] {
  const stack = new Stack(new App(), 'Test');
  const seen = jest.spyOn(Validations.prototype, 'acknowledge').mockReturnValue(undefined as never);
  try {
    acknowledgeWildcards(stack, statements);
    return seen.mock.calls.flat() as { id: string; reason: string }[];
  } finally {
    seen.mockRestore();
  }
}

test('O7 the reason of a wildcard is about the actions it is for, and each kind has its own', () => {
  const [keys] = narrowed([allow(['kms:Decrypt', 'kms:ReEncrypt*'])], [], ['alias/copies']);
  expect(waived([allow('cloudformation:DescribeStacks'), allow('s3:ListBucket')])).toEqual([
    { id: 'AwsSolutions-IAM5[Resource::*]', reason: expect.stringMatching(/^the CDK’s command line.*nothing else$/) },
  ]);
  expect(waived([keys!])).toEqual([
    { id: 'AwsSolutions-IAM5[Resource::*]', reason: expect.stringMatching(/^the keys of artifacts/) },
  ]);
});

test('O7 a wildcard without a reason stays a finding, beside one that has a reason as well', () => {
  expect(waived([allow('kms:Decrypt')])).toEqual([]);
  expect(waived([allow('s3:ListBucket'), allow('iam:PassRole')])).toEqual([]);
});

test('O4 a role that may use every key is left those with the aliases of the copies', () => {
  expect(narrowed([allow('kms:Decrypt')], [], ['alias/copies'])[0]).toMatchObject({
    Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/copies'] } },
  });
  const own = allow('kms:Decrypt', 'arn:aws:kms:eu-central-1:111122223333:key/1');
  expect(narrowed([own], [], ['alias/copies'])).toEqual([own]);
});
