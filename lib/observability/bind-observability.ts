import { Construct } from 'constructs';
import type { ObservabilityBinding, ObservabilityContext } from '../private/bindings';
import { failOnProblems } from '../private/errors';
import { createAlarms } from './alarms';
import { createAuditArchive } from './audit-archive';
import { createDashboard } from './dashboard';
import { countEndpointRefusals } from './endpoint-refusals';
import type { ObservabilityProps } from './observability';
import { saveQueries } from './saved-queries';
import { thresholdProblems } from './threshold-problems';
import { alarmTopic } from './topic';

/** What watches one server, below one construct. */
export function bindObservability(
  parent: Construct,
  props: ObservabilityProps,
  context: ObservabilityContext,
): ObservabilityBinding {
  const scope = new Construct(parent, 'Observability');
  failOnProblems(scope, thresholdProblems(props.thresholds ?? {}));
  countEndpointRefusals(scope, context.logGroups.access);
  const alarmed = props.alarms ?? true;
  const topic = alarmed ? (props.alarmTopic ?? alarmTopic(scope, context.state)) : undefined;
  const { alarms, service } = topic
    ? createAlarms(scope, props.thresholds ?? {}, topic, context)
    : { alarms: [], service: undefined };
  const dashboard = (props.dashboard ?? true) ? createDashboard(scope, alarms, context) : undefined;
  if (props.savedQueries ?? true) saveQueries(scope, context);
  const auditArchive = props.auditArchive && createAuditArchive(scope, props.auditArchive, context);
  return { topic, alarms, service, dashboard, auditArchive };
}
