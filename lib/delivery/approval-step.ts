import type { Duration } from 'aws-cdk-lib';
import type { IStage } from 'aws-cdk-lib/aws-codepipeline';
import { ManualApprovalAction } from 'aws-cdk-lib/aws-codepipeline-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import {
  type CodeBuildStep,
  type CodePipelineActionFactoryResult,
  type ICodePipelineActionFactory,
  type ProduceActionOptions,
  Step,
} from 'aws-cdk-lib/pipelines';

export interface ApprovalStepProps {
  readonly topic: ITopic;
  readonly timeout: Duration;
  /** The step that found out what changed, and its variable that says so. */
  readonly changes: CodeBuildStep;
  readonly variable: string;
}

/** A person says yes or no, with what changed before their eyes. */
export class ApprovalStep extends Step implements ICodePipelineActionFactory {
  private readonly summary: string;

  public constructor(
    id: string,
    private readonly props: ApprovalStepProps,
  ) {
    super(id);
    this.summary = props.changes.exportedVariable(props.variable);
    this.discoverReferencedOutputs({ summary: this.summary });
    this.addStepDependency(props.changes);
  }

  public produceAction(stage: IStage, options: ProduceActionOptions): CodePipelineActionFactoryResult {
    stage.addAction(
      new ManualApprovalAction({
        actionName: options.actionName,
        runOrder: options.runOrder,
        notificationTopic: this.props.topic,
        additionalInformation: this.summary,
        timeout: this.props.timeout,
      }),
    );
    return { runOrdersConsumed: 1 };
  }
}
