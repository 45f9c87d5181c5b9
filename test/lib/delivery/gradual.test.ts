/** Production gets a new version gradually, in one region and in several; where it does not, that is said. */
import { App, Annotations as CdkAnnotations, CfnOutput, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { FargateDeployment, LambdaDeployment, McpDeliveryPipeline, type McpHosting } from 'cdk-mcp';
import { context } from '../../../cdk.json';
import { NotesPipelineStack } from '../../../examples/notes/pipeline-stack';
import { anyContainer } from '../hosting/fargate-support';
import { anyHosting, notesServer, resourcesOf } from '../support';

jest.setTimeout(120_000);

const ENV = { account: '111122223333', region: 'eu-central-1' };
const WARNING = '/Test/Delivery';

class Deployment extends Stage {
  public readonly url: CfnOutput;

  public constructor(scope: Stack, id: string, hosting: McpHosting) {
    super(scope, id);
    const stack = new Stack(this, 'App');
    const { mcpUrl } = notesServer(stack, { hosting });
    this.url = new CfnOutput(stack, 'Url', { value: mcpUrl });
  }
}

/** A pipeline to a production with this hosting; pre-production deploys at once. */
function pipelineTo(hosting: McpHosting): { stack: Stack; delivery: McpDeliveryPipeline } {
  const stack = new Stack(new App(), 'Test');
  const preProduction = new Deployment(stack, 'Pre', anyHosting());
  const delivery = new McpDeliveryPipeline(stack, 'Delivery', {
    connectionArn: 'arn:aws:codeconnections:eu-central-1:111122223333:connection/1',
    repository: 'acme/notes',
    entries: ['server/notes.ts'],
    preProduction,
    smokeTest: {
      mcpUrl: preProduction.url,
      clientId: preProduction.url,
      machineClientSecret: Secret.fromSecretNameV2(stack, 'Secret', 'ci'),
    },
    production: [new Deployment(stack, 'Prod', hosting)],
  });
  return { stack, delivery };
}

const warningsOf = (stack: Stack) =>
  Annotations.fromStack(stack)
    .findWarning(WARNING, Match.anyValue())
    .map(({ entry }) => entry.data);

test.each([
  ['function', () => anyHosting()],
  ['function that says so', () => anyHosting({ deployment: LambdaDeployment.allAtOnce() })],
  ['service', () => anyContainer()],
])('O3 a production %s that gets a new version at once is warned of, by its name', (_, hosting) => {
  expect(warningsOf(pipelineTo(hosting()).stack)).toEqual([
    expect.stringMatching(
      /of 'Test\/Prod\/App\/Notes': give `deployment: LambdaDeployment\.canary\(\)`.*suddenProduction/,
    ),
  ]);
});

test.each([
  ['function', () => anyHosting({ deployment: LambdaDeployment.canary() })],
  ['service', () => anyContainer({ deployment: FargateDeployment.canary() })],
  ['service with a second set of tasks', () => anyContainer({ deployment: FargateDeployment.blueGreen() })],
])('O3 a production %s that changes gradually is not', (_, hosting) => {
  expect(warningsOf(pipelineTo(hosting()).stack)).toEqual([]);
});

test('O3 the warning can be acknowledged', () => {
  const { stack, delivery } = pipelineTo(anyHosting());
  CdkAnnotations.of(delivery).acknowledgeWarning('cdk-mcp:suddenProduction', 'nobody calls it at night');
  expect(warningsOf(stack)).toEqual([]);
});

describe.each([
  ['one region', {}],
  ['two regions', { regions: 'eu-central-1,us-east-1' }],
])('the example in %s', (_, given) => {
  const production = (more: Record<string, string>): Template[] => {
    const app = new App({ context: { ...context, ...given, ...more } });
    const stack = new NotesPipelineStack(app, 'NotesPipeline', { env: ENV });
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('suddenProduction'))).toEqual([]);
    const stages = stack.node.children.filter((node) => node instanceof Stage && node.node.id !== 'PreProduction');
    return stages.flatMap((stage) =>
      (stage as Stage).synth().stacks.map(({ template }) => Template.fromJSON(template)),
    );
  };
  const count = 'regions' in given ? 2 : 1;

  test('O2 O3 has a canary in every production stack of functions', () => {
    const groups = production({}).map((template) => resourcesOf(template, 'AWS::CodeDeploy::DeploymentGroup').length);
    expect(groups).toEqual(Array.from({ length: count }, () => 1));
  });

  test('O2 O3 has a canary in every production stack of containers', () => {
    const strategies = production({ hosting: 'fargate', endpoint: 'rest' }).map((template) =>
      resourcesOf(template, 'AWS::ECS::Service').map(
        ([, { Properties }]) => Properties.DeploymentConfiguration.Strategy,
      ),
    );
    expect(strategies).toEqual(Array.from({ length: count }, () => ['CANARY']));
  });
});
