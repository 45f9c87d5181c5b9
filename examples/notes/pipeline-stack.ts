import { type CfnOutput, Stack, type StackProps, Stage, type StageProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { McpDeliveryPipeline } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { notesInRegions } from './regions';
import { NotesStack } from './stack';

interface NotesStageProps extends StageProps {
  readonly canary?: boolean;
}

/** One whole deployment of the notes. */
class NotesStage extends Stage {
  public readonly notes: NotesStack;

  public constructor(scope: Construct, id: string, props: NotesStageProps = {}) {
    super(scope, id, props);
    this.notes = new NotesStack(this, 'NotesStack', { canary: props.canary });
  }

  public output(id: string): CfnOutput {
    return this.notes.node.findChild(id) as CfnOutput;
  }
}

/** The part of one region of a deployment in several. */
class NotesRegionStage extends Stage {
  public constructor(scope: Construct, region: string, regions: string[]) {
    super(scope, `Production-${region}`);
    notesInRegions(this, regions, [region]);
  }
}

/**
 * How the notes get to production, with `-c regions=…` one region after the other. `-c repository=owner/name` and
 * `-c connection=arn:…` say where from.
 */
export class NotesPipelineStack extends Stack {
  public constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);
    const context = (name: string, otherwise: string) => String(this.node.tryGetContext(name) ?? otherwise);
    const nowhere = `arn:${this.partition}:codeconnections:${this.region}:${this.account}:connection/none`;
    const regions: string[] | undefined = this.node.tryGetContext('regions')?.split(',');
    const preProduction = new NotesStage(this, 'PreProduction', { env: props.env });
    new McpDeliveryPipeline(this, 'Pipeline', {
      connectionArn: context('connection', nowhere),
      repository: context('repository', 'example/notes'),
      entries: ['examples/notes/server.ts'],
      preProduction,
      smokeTest: {
        mcpUrl: preProduction.output('McpUrl'),
        clientId: preProduction.output('ReportingClientId'),
        machineClientSecret: Secret.fromSecretNameV2(this, 'ClientSecret', 'notes/pre-production/reporting'),
        expectedTools: ['list_notes', 'read_note', 'search_notes'],
        tool: 'list_notes',
      },
      production: regions
        ? regions.map((region) => new NotesRegionStage(this, region, regions))
        : [new NotesStage(this, 'Production', { env: props.env, canary: true })],
    });
  }
}
