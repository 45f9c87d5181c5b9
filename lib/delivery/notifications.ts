import { type Pipeline, PipelineNotificationEvents } from 'aws-cdk-lib/aws-codepipeline';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** Says on the topic when an execution failed. That an approval is due, the approval says itself. */
export function notifyOfFailures(pipeline: Pipeline, topic: ITopic): void {
  const { PIPELINE_EXECUTION_FAILED, MANUAL_APPROVAL_FAILED } = PipelineNotificationEvents;
  pipeline.notifyOn('Failures', topic, { events: [PIPELINE_EXECUTION_FAILED, MANUAL_APPROVAL_FAILED] });
}
