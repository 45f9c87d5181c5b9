import type { CfnOutput, Duration, Stage } from 'aws-cdk-lib';
import type * as codebuild from 'aws-cdk-lib/aws-codebuild';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type * as sns from 'aws-cdk-lib/aws-sns';

/** How the deployed server is tried, by a machine client of its own. */
export interface SmokeTest {
  /**
   * The MCP URL, an output of a stack of the pre-production stage: `new CfnOutput(this, 'McpUrl', { value: server.mcpUrl })`.
   */
  readonly mcpUrl: CfnOutput;

  /**
   * The id of the machine client, an output as well: `machineClient.clientId`.
   */
  readonly clientId: CfnOutput;

  /**
   * The secret of the machine client, a plain string in a secret of the pipeline's account. CodeBuild reads it when the
   * test runs and masks it in the log; it is in no template.
   */
  readonly machineClientSecret: secretsmanager.ISecret;

  /**
   * The tools this client must see: all of them and no other.
   *
   * @default - whatever it sees is shown, none is demanded
   */
  readonly expectedTools?: string[];

  /**
   * A tool that is called; it must answer without an error.
   *
   * @default - none is called
   */
  readonly tool?: string;

  /**
   * The arguments of `tool`, a JSON object as text.
   *
   * @default '{}'
   */
  readonly toolArguments?: string;
}

/**
 * The commands of the build, gate by gate. A gate can be given other commands, but never none: what is not wanted has to
 * be replaced by something that is.
 */
export interface BuildCommands {
  /**
   * Puts the dependencies in place.
   *
   * @default ['npm ci']
   */
  readonly install?: string[];

  /**
   * Style and types.
   *
   * @default ['npm run lint']
   */
  readonly lint?: string[];

  /**
   * Tests.
   *
   * @default ['npm test']
   */
  readonly test?: string[];

  /**
   * Writes the cloud assembly; cdk-nag and the validator of the CDK fail it.
   *
   * @default ['npx cdk synth --quiet']
   */
  readonly synth?: string[];

  /**
   * Looks at the tools as a reviewer would.
   *
   * @default - `npx cdk-mcp check` for each of `entries`, against the rules of the pre-production stage
   */
  readonly check?: string[];

  /**
   * Known weaknesses of what is shipped.
   *
   * @default ['npm audit --omit=dev --audit-level=high']
   */
  readonly audit?: string[];

  /**
   * Writes the list of all parts into the folder `reports`.
   *
   * @default ['npm sbom --sbom-format cyclonedx > reports/sbom.json']
   */
  readonly sbom?: string[];
}

/** What is delivered, from where, and who says yes. */
export interface McpDeliveryPipelineProps {
  /**
   * The connection to where the source is, made in the console of CodeConnections:
   * `arn:aws:codeconnections:<region>:<account>:connection/<id>`.
   */
  readonly connectionArn: string;

  /**
   * The repository, `owner/name`.
   */
  readonly repository: string;

  /**
   * The branch whose changes are delivered.
   *
   * @default 'main'
   */
  readonly branch?: string;

  /**
   * What is deployed first, and tried. Create it below the stack of the pipeline.
   */
  readonly preProduction: Stage;

  /**
   * What is deployed once a person said yes: one stage after the other, so that a region that fails keeps the next from
   * being touched. Create them below the stack of the pipeline.
   */
  readonly production: Stage[];

  /**
   * How the pre-production stage is tried before anybody is asked.
   */
  readonly smokeTest: SmokeTest;

  /**
   * The modules that `entry` of the hosting names, for `cdk-mcp check`.
   *
   * @default - `commands.check` says what is checked instead; one of the two is needed
   */
  readonly entries?: string[];

  /**
   * The commands of the build.
   *
   * @default - as `BuildCommands` says
   */
  readonly commands?: BuildCommands;

  /**
   * The folder in which the build writes the cloud assembly.
   *
   * @default 'cdk.out'
   */
  readonly primaryOutputDirectory?: string;

  /**
   * Where it is said that an approval is due, what changed, and that something failed.
   *
   * @default - a topic of the pipeline's own
   */
  readonly approvalTopic?: sns.ITopic;

  /**
   * Addresses that are subscribed to the topic; each must confirm once.
   *
   * @default - nobody: subscribe to `topic`
   */
  readonly notify?: string[];

  /**
   * How long an approval waits before it counts as refused: 5 minutes to 60 days.
   *
   * @default Duration.days(7)
   */
  readonly approvalTimeout?: Duration;

  /**
   * A key for artifacts, logs and the topic. The policy of an imported key is not changed: it must let CloudWatch Logs,
   * codestar-notifications.amazonaws.com and the roles of the pipeline use it.
   *
   * @default - a key of the pipeline's own, which is rotated every year
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Whether stages may be in accounts other than the pipeline's. Each of these accounts is bootstrapped with `--trust` of
   * the pipeline's account first, and so lets it deploy whatever it wants.
   *
   * @default false
   */
  readonly crossAccountKeys?: boolean;

  /**
   * The machine that builds.
   *
   * @default codebuild.LinuxBuildImage.STANDARD_7_0
   */
  readonly buildImage?: codebuild.IBuildImage;

  /**
   * The version of Node.js in it.
   *
   * @default '22'
   */
  readonly nodeVersion?: string;

  /**
   * The version of the CDK's command line with which the pipeline updates itself.
   *
   * @default '2.1148' - the newest of it; `latest` of the registry is not the CDK's newest in November 2026
   */
  readonly cdkVersion?: string;

  /**
   * How long the builds' logs are kept.
   *
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * How long artifacts are kept, the lists of parts among them.
   *
   * @default Duration.days(180)
   */
  readonly artifactRetention?: Duration;
}
