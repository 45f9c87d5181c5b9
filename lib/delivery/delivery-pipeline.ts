import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { CodeBuildStep, CodePipeline, CodePipelineSource } from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { failOnProblems } from '../private/errors';
import { letLogsUseKey } from '../private/log-group';
import { acknowledgeReplica } from './acknowledgements';
import { ApprovalStep } from './approval-step';
import { artifactBucket } from './artifacts';
import { buildCommands, REPORTS } from './build-commands';
import { CHANGES, changesStep } from './changes-step';
import type { McpDeliveryPipelineProps } from './delivery-pipeline-props';
import { warnOfSuddenServers } from './gradual';
import { notifyOfFailures } from './notifications';
import { deliveryProblems } from './problems';
import { narrowRoles, narrowTrust } from './roles';
import { smokeStep } from './smoke-step';
import { deliveryTopic, subscribe } from './topic';

/**
 * From a commit to production, with a person in between: a build that runs every quality gate, a pre-production stage
 * that is tried by a real client, an approval that shows what would change, and production, one stage after the other.
 * There is no way around the approval: no property leaves it out.
 *
 * Throws for a missing connection, stages that are missing, elsewhere in the app or of one and the same CloudFormation
 * stack, gates without commands, and values that CodePipeline, CodeBuild or S3 would not take. Warns
 * (`cdk-mcp:suddenProduction`) of a production server without a canary or a blue/green deployment.
 *
 * Not verified: that the connection was completed in the console, that the accounts are bootstrapped, that somebody is
 * subscribed to the topic, that who approves is not who wrote the change.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/cdk-pipeline.html
 */
export class McpDeliveryPipeline extends Construct {
  /** The pipeline itself. */
  public readonly pipeline: codepipeline.Pipeline;

  /** Where approvals are announced with what changes, and failures. */
  public readonly topic: sns.ITopic;

  /** Encrypts artifacts, logs and the topic. */
  public readonly encryptionKey: kms.IKey;

  /** Where the artifacts are, the lists of parts among them. */
  public readonly artifactBucket: s3.IBucket;

  /** What all builds of the pipeline logged. */
  public readonly logGroup: logs.ILogGroup;

  public constructor(scope: Construct, id: string, props: McpDeliveryPipelineProps) {
    super(scope, id);
    failOnProblems(this, deliveryProblems(this, props));
    warnOfSuddenServers(this, props.production);
    narrowTrust(this);
    this.encryptionKey = props.encryptionKey ?? new kms.Key(this, 'Key', { enableKeyRotation: true });
    letLogsUseKey(this, this.encryptionKey);
    this.topic = props.approvalTopic ?? deliveryTopic(this, this.encryptionKey);
    subscribe(this.topic, props.notify ?? []);
    const retention = props.artifactRetention ?? Duration.days(180);
    this.artifactBucket = artifactBucket(this, this.encryptionKey, retention);
    this.logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      encryptionKey: this.encryptionKey,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    const build = buildStep(props);
    const delivery = new CodePipeline(this, 'Delivery', {
      synth: build,
      pipelineType: codepipeline.PipelineType.V2,
      executionMode: codepipeline.ExecutionMode.SUPERSEDED,
      artifactBucket: this.artifactBucket,
      // Of the copies in other regions; the bucket here has its key.
      crossAccountKeys: true,
      enableKeyRotation: true,
      cliVersion: props.cdkVersion ?? '2.1148',
      cdkAssetsCliVersion: '4',
      selfMutation: true,
      codeBuildDefaults: {
        buildEnvironment: { buildImage: props.buildImage ?? codebuild.LinuxBuildImage.STANDARD_7_0 },
        partialBuildSpec: codebuild.BuildSpec.fromObject({
          phases: { install: { 'runtime-versions': { nodejs: props.nodeVersion ?? '22' } } },
        }),
        logging: { cloudWatch: { logGroup: this.logGroup } },
      },
    });
    const assembly = delivery.cloudAssemblyFileSet;
    delivery.addStage(props.preProduction, { post: [smokeStep(props.smokeTest, assembly)] });
    const changes = changesStep(props.production, assembly, this.topic);
    const approval = new ApprovalStep('Approve', {
      topic: this.topic,
      timeout: props.approvalTimeout ?? Duration.days(7),
      changes,
      variable: CHANGES,
    });
    for (const [index, stage] of props.production.entries()) {
      delivery.addStage(stage, { pre: index === 0 ? [changes, approval] : [] });
    }
    delivery.buildPipeline();
    this.pipeline = delivery.pipeline;
    // With the key of the topic, whosever it is.
    this.topic.grantPublish(changes);
    notifyOfFailures(this.pipeline, this.topic);
    const copies = Object.values(this.pipeline.crossRegionSupport).map(({ replicationBucket }) => replicationBucket);
    narrowRoles(this, copies);
    for (const bucket of copies) acknowledgeReplica(bucket);
  }
}

function buildStep(props: McpDeliveryPipelineProps): CodeBuildStep {
  const assembly = props.primaryOutputDirectory ?? 'cdk.out';
  const step = new CodeBuildStep('Build', {
    input: CodePipelineSource.connection(props.repository, props.branch ?? 'main', {
      connectionArn: props.connectionArn,
    }),
    commands: buildCommands({
      commands: props.commands ?? {},
      entries: props.entries ?? [],
      assembly,
      preProduction: props.preProduction.artifactId,
    }),
    primaryOutputDirectory: assembly,
  });
  step.addOutputDirectory(REPORTS);
  return step;
}
