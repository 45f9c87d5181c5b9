import { type CfnOutput, Stack, type StackProps, Stage, type StageProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { McpDeliveryPipeline } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { notesDomain } from './domain';
import { notesInRegions } from './regions';
import { NotesStack } from './stack';

interface NotesStageProps extends StageProps {
  readonly canary?: boolean;
  readonly hostName?: string;
}

/** What the command line can say about the notes: the build has to say it again, it starts from the commit alone. */
const CONTEXT = [
  ...['hosting', 'endpoint', 'domain', 'zone', 'zoneId', 'regions', 'canary', 'dynamic'],
  ...['repository', 'connection', 'account'],
];

/** One whole deployment of the notes. */
class NotesStage extends Stage {
  public readonly notes: NotesStack;

  public constructor(scope: Construct, id: string, props: NotesStageProps = {}) {
    super(scope, id, props);
    this.notes = new NotesStack(this, 'NotesStack', { canary: props.canary, hostName: props.hostName });
  }

  public output(id: string): CfnOutput {
    return this.notes.node.findChild(id) as CfnOutput;
  }
}

/** The part of one region of a deployment in several. */
class NotesRegionStage extends Stage {
  public constructor(scope: Construct, region: string, regions: string[]) {
    super(scope, `Production-${region}`);
    notesInRegions(this, regions, { only: [region], canary: true });
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
    // Without the account: whoever names it has zones of availability looked up.
    const env = props.env && { region: props.env.region };
    const preProduction = new NotesStage(this, 'PreProduction', {
      env,
      hostName: `pre.${notesDomain(this).domainName}`,
    });
    new McpDeliveryPipeline(this, 'Pipeline', {
      connectionArn: context('connection', nowhere),
      repository: context('repository', 'example/notes'),
      entries: ['examples/notes/server.ts'],
      commands: { synth: [this.synthCommand()] },
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
        : [new NotesStage(this, 'Production', { env, canary: true })],
    });
  }

  private synthCommand(): string {
    const given = CONTEXT.flatMap((name): string[] => {
      const value: unknown = this.node.tryGetContext(name);
      return value === undefined ? [] : [`-c ${name}='${String(value).replaceAll("'", "'\\''")}'`];
    });
    return ['npx cdk synth --quiet -c pipeline=true', ...given].join(' ');
  }
}
