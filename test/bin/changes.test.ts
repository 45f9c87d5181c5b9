import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnFunction, CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { ClientRegistration, McpAuthorization, type SecureMcpServerProps } from 'cdk-mcp';
import { readStacks } from '../../bin/cli/assembly';
import { changesOf, pairsOf, type StackChanges } from '../../bin/cli/changes/changes';
import { markdownOf, summaryOf } from '../../bin/cli/changes/render';
import { run } from '../../bin/cli/run';
import { notesServer, oneClient } from '../lib/support';
import { folderOf, removeFolders } from './support';

jest.setTimeout(30_000);
// What is synthesised here is not meant to be good: the CDK’s remarks on it are of no use.
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(removeFolders);

/** The folder of an assembly with one stack of this content. */
function assemblyOf(build: (stack: Stack) => void, name = 'NotesStack'): string {
  const outdir = folderOf({});
  const app = new App({ outdir, context: { 'aws:cdk:enable-path-metadata': true } });
  build(new Stack(app, name));
  app.synth();
  return outdir;
}

function changed(before: (stack: Stack) => void, after: (stack: Stack) => void): StackChanges {
  const [only, ...others] = changesOf(pairsOf(readStacks(assemblyOf(before)), readStacks(assemblyOf(after))));
  expect(others).toEqual([]);
  return only!;
}

const server =
  (change: Partial<SecureMcpServerProps> = {}, machine: string[] = ['notes:read']) =>
  (stack: Stack) =>
    notesServer(stack, change).addMachineClient('ci', { scopes: machine });

const role = (stack: Stack) =>
  new iam.Role(stack, 'Worker', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });

function allowed(actions: string[], resources = ['*'], more: Partial<iam.PolicyStatementProps> = {}) {
  return (stack: Stack) => {
    role(stack).addToPolicy(new iam.PolicyStatement({ actions, resources, ...more }));
  };
}

test('O3 the same app is nothing to decide about', () => {
  const same = changed(server(), server());
  expect(same).toMatchObject({ state: 'same', access: [], permissions: [], resources: [] });
  expect(markdownOf([same])).toBe('# NotesStack\n\nNothing changes.');
  expect(summaryOf([same])).toBe('Nothing changes.');
});

test('O3 a tool that somebody gains reads like a sentence', () => {
  const access = [{ tools: ['list_notes', 'delete_note'], scopes: ['notes:read'] }];
  const before = { access: [{ tools: ['list_notes'], scopes: ['notes:read'] }] };
  const { access: sentences } = changed(server(before), server({ access }));
  expect(sentences).toContain('machine client ci gains tool delete_note');
  expect(changed(server({ access }), server(before)).access).toContain('machine client ci loses tool delete_note');
});

test('O3 clients that may come are said, and routes that open with them', () => {
  const authorization = () => McpAuthorization.cognito({ clients: [oneClient(), ClientRegistration.dynamic()] });
  const { access, permissions } = changed(server(), (stack) => server({ authorization: authorization() })(stack));
  expect(access).toContain('people can sign in with any client at all: it registers itself');
  expect(permissions[0]).toBe(
    'POST /oauth2/register, OPTIONS /oauth2/register can now be called without an authorizer',
  );
});

describe('O3 permissions', () => {
  test('gained and lost, actions of one resource together', () => {
    const { permissions } = changed(allowed(['s3:GetObject']), allowed(['s3:PutObject', 's3:DeleteObject']));
    expect(permissions).toEqual([
      'Worker may now s3:PutObject, s3:DeleteObject on everything (*)',
      'Worker may no longer s3:GetObject on everything (*)',
    ]);
  });

  test('a condition that goes is a gain', () => {
    const conditions = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };
    const { permissions } = changed(allowed(['sts:AssumeRole'], ['*'], { conditions }), allowed(['sts:AssumeRole']));
    expect(permissions).toEqual([
      'Worker may now sts:AssumeRole on everything (*)',
      'Worker may no longer sts:AssumeRole on everything (*), if {"StringEquals":{"aws:PrincipalOrgID":"o-1"}}',
    ]);
  });

  test('a denial that goes is said', () => {
    const denied = (stack: Stack) => {
      role(stack).addToPolicy(
        new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['s3:*'], resources: ['*'] }),
      );
    };
    expect(changed(denied, (stack) => void role(stack)).permissions).toEqual([
      'Worker is no longer denied s3:* on everything (*)',
    ]);
  });

  test('whom a role trusts, and the managed policies it has', () => {
    const trusting = (stack: Stack) => {
      const made = role(stack);
      made.assumeRolePolicy?.addStatements(
        new iam.PolicyStatement({
          actions: ['sts:AssumeRole'],
          principals: [new iam.AccountPrincipal('999999999999')],
        }),
      );
      made.addManagedPolicy(iam.ManagedPolicy.fromAwsManagedPolicyName('AdministratorAccess'));
    };
    expect(changed((stack) => void role(stack), trusting).permissions).toEqual([
      'Worker now has the managed policy arn:[AWS::Partition]:iam::aws:policy/AdministratorAccess',
      'arn:[AWS::Partition]:iam::999999999999:root may now sts:AssumeRole on Worker',
    ]);
  });

  test('a policy on a resource, for everybody', () => {
    const open = (stack: Stack) => {
      new Queue(stack, 'Jobs').addToResourcePolicy(
        new iam.PolicyStatement({
          actions: ['sqs:SendMessage'],
          principals: [new iam.AnyPrincipal()],
          resources: ['*'],
        }),
      );
    };
    const { permissions } = changed((stack) => void new Queue(stack, 'Jobs'), open);
    expect(permissions).toEqual(['everybody may now sqs:SendMessage on Jobs/Policy']);
  });

  test('everything but something, by action and by resource', () => {
    const but = (stack: Stack) => {
      role(stack).addToPolicy(new iam.PolicyStatement({ notActions: ['iam:*'], notResources: ['arn:aws:s3:::a'] }));
    };
    expect(changed((stack) => void role(stack), but).permissions).toEqual([
      'Worker may now everything but iam:* on everything but arn:aws:s3:::a',
    ]);
  });

  test('a statement that a condition of the template decides about is shown as it stands', () => {
    const conditional = (effect: string) => (stack: Stack) => {
      new CfnResource(stack, 'Policy', {
        type: 'AWS::IAM::Policy',
        properties: {
          PolicyName: 'p',
          Roles: ['worker'],
          PolicyDocument: { Statement: [{ 'Fn::If': ['Strict', { Ref: 'AWS::NoValue' }, { Effect: effect }] }] },
        },
      });
    };
    const { permissions } = changed(conditional('Deny'), conditional('Allow'));
    expect(permissions).toHaveLength(2);
    expect(permissions[0]).toContain('{"Effect":"Allow"}');
  });

  test('who may call a function, and what else was asked of them', () => {
    const callable = (principalOrgId?: string) => (stack: Stack) => {
      new CfnPermission(stack, 'Call', {
        action: 'lambda:InvokeFunction',
        principal: '*',
        functionName: 'worker',
        principalOrgId,
      });
    };
    expect(changed(callable('o-1'), callable()).permissions).toEqual([
      '* may now lambda:InvokeFunction on worker for whatever asks it to',
      '* may no longer lambda:InvokeFunction on worker for whatever asks it to, if PrincipalOrgID is o-1',
    ]);
  });

  test('doors of a security group', () => {
    const group = (open: boolean) => (stack: Stack) => {
      const made = new SecurityGroup(stack, 'Doors', { vpc: new Vpc(stack, 'Vpc', { natGateways: 0 }) });
      made.addIngressRule(Peer.ipv4('10.0.0.0/8'), Port.tcp(443));
      if (open) made.addIngressRule(Peer.anyIpv4(), Port.tcpRange(1, 1024));
    };
    expect(changed(group(false), group(true)).permissions).toEqual([
      '0.0.0.0/0 may now reach ports 1 to 1024 of Doors',
    ]);
  });
});

describe('O3 resources', () => {
  const table = (key: string, removalPolicy?: RemovalPolicy) => (stack: Stack) => {
    new TableV2(stack, 'Table', { partitionKey: { name: key, type: AttributeType.STRING }, removalPolicy });
  };
  const sentences = (change: StackChanges) => markdownOf([change]).split('## Resources\n\n')[1]!.split('\n');

  test('what loses data comes first and says so', () => {
    const change = changed(
      (stack) => {
        server()(stack);
        new Queue(stack, 'Jobs');
      },
      (stack) => {
        server({}, ['notes:read', 'notes:write'])(stack);
        new Queue(stack, 'Later');
      },
    );
    expect(sentences(change)[0]).toBe('- LOSES what is in it: removes Jobs (SQS::Queue)');
    expect(sentences(change).at(-1)).toBe('- adds Later (SQS::Queue)');
    expect(summaryOf([change])).toMatch(/^LOSES what is in it: removes Jobs \(SQS::Queue\); machine client ci gains/);
  });

  test('a table with another key is another table: its data go, or stay outside of the stack', () => {
    const lost = changed(table('a', RemovalPolicy.DESTROY), table('b', RemovalPolicy.DESTROY));
    expect(sentences(lost)[0]).toMatch(/^- LOSES what is in it: replaces Table \(DynamoDB::GlobalTable\): .*KeySchema/);
    const kept = changed(table('a', RemovalPolicy.RETAIN), table('b', RemovalPolicy.RETAIN));
    expect(sentences(kept)[0]).toMatch(/^- replaces Table .*KeySchema; the old one stays in the account$/);
  });

  test('a table that is no longer protected is a change', () => {
    const [change] = changed(table('a', RemovalPolicy.RETAIN), table('a', RemovalPolicy.DESTROY)).resources;
    expect(change).toMatchObject({ kind: 'changed', properties: ['DeletionPolicy', 'UpdateReplacePolicy'] });
  });

  test('variables of a function are named, their values are not shown', () => {
    const code = (secret: string) => (stack: Stack) => {
      new CfnFunction(stack, 'Worker', {
        code: { zipFile: 'x' },
        role: 'r',
        environment: { variables: { SECRET: secret, SAME: 'same' } },
      });
    };
    const text = markdownOf([changed(code('hunter2'), code('hunter3'))]);
    expect(text).toContain('changes Worker (Lambda::Function): Environment (SECRET)');
    expect(text).not.toContain('hunter');
  });
});

describe('O3 several stacks', () => {
  test('are told apart, and one that is new is summed up', () => {
    const before = readStacks(assemblyOf(server(), 'A'));
    const after = readStacks(assemblyOf(server(), 'B'));
    const changes = changesOf(pairsOf(before, after));
    expect(changes.map(({ stack, state }) => [stack, state])).toEqual([
      ['B', 'new'],
      ['A', 'gone'],
    ]);
    expect(summaryOf(changes)).toContain('B: this server is new');
    expect(markdownOf(changes)).toContain('# A (no longer in the app; its stack is not deleted by this)');
  });
});

describe('O3 the summary', () => {
  const many = changed(
    (stack) => void role(stack),
    (stack) => {
      role(stack);
      for (let index = 0; index < 60; index++) {
        new Queue(stack, `AQueueWithALongName${index}`);
      }
    },
  );

  test('fits into an approval, whatever there is, and says that it is not all', () => {
    const summary = summaryOf([many]);
    expect(summary.length).toBeLessThan(1000);
    expect(summary).toMatch(/and \d+ more, all of it in the message of the topic$/);
  });

  test('one long sentence alone does not make it empty or too long', () => {
    const summary = summaryOf([{ ...many, access: ['x'.repeat(5000)], resources: [], permissions: [] }]);
    expect(summary).toBe(`${'x'.repeat(299)}…`);
  });

  test('has nothing in it that CodePipeline or a terminal would take for a command', () => {
    const access = ['tool #{SourceVariables.Secret} \u001b[31m'];
    const summary = summaryOf([{ ...many, access, resources: [], permissions: [] }]);
    expect(summary).toBe('tool # {SourceVariables.Secret} ?[31m');
  });
});

test('O3 the command writes all of it where it is told', async () => {
  const [before, after] = [assemblyOf(server()), assemblyOf(server({}, ['notes:write']))];
  const folder = folderOf({});
  const out: string[] = [];
  const files = ['json', 'markdown', 'summary'].map((name) => join(folder, name));
  const args = ['--json', files[0]!, '--markdown', files[1]!, '--summary', files[2]!];
  const output = { out: (text: string) => out.push(text), error: (text: string) => out.push(text) };
  expect(await run(['changes', before, after, ...args], '0', output)).toBe(0);
  const [json, markdown, summary] = files.map((file) => readFileSync(file, 'utf8'));
  expect(JSON.parse(json!)).toMatchObject({ version: 1, stacks: [{ stack: 'NotesStack', state: 'changed' }] });
  expect(markdown).toBe(`${out[0]}\n`);
  expect(markdown).toContain('- machine client ci gains tool add_note');
  expect(summary).toContain('machine client ci loses tool list_notes');
});

test.each([
  [['changes'], 'name two cloud assemblies'],
  [['changes', 'a'], 'name two cloud assemblies'],
  [['changes', 'a', 'b', 'c'], "leave 'c' out"],
  [['changes', 'a', 'b', '--summary='], '--summary needs a file'],
])('O3 fails on %j', async (args, message) => {
  const lines: string[] = [];
  expect(await run(args, '0', { out: () => {}, error: (text) => lines.push(text) })).toBe(2);
  expect(lines.join()).toContain(message);
});
