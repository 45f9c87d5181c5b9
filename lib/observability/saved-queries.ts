import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { LogGroups, ObservabilityContext } from '../private/bindings';

export interface SavedQuery {
  readonly of: keyof LogGroups;
  /** Log groups that are asked as well, where they exist. */
  readonly and?: readonly (keyof LogGroups)[];
  readonly lines: readonly string[];
}

/** What is asked of the logs most: in the words of Logs Insights, on fields that guard and broker write. */
export const SAVED_QUERIES: Readonly<Record<string, SavedQuery>> = {
  'top tools': {
    of: 'server',
    lines: [
      'filter type = "audit" and method = "tools/call" and decision = "allow"',
      'stats count(*) as calls, pct(durationMs, 99) as p99 by name',
      'sort calls desc',
    ],
  },
  'top clients': {
    of: 'server',
    lines: [
      'filter type = "audit" and decision = "allow"',
      'stats count(*) as calls, sum(responseBytes) as bytes by principal.kind, client',
      'sort calls desc',
    ],
  },
  'who called what': {
    of: 'server',
    lines: [
      'filter type = "audit" and decision = "allow"',
      'stats count(*) as calls, sum(responseBytes) as bytes by principal.kind, principal.id, client, method, name',
      'sort calls desc',
    ],
  },
  refusals: {
    of: 'server',
    and: ['authorizer'],
    lines: [
      'filter type = "audit" and decision = "refuse"',
      'stats count(*) as refusals by reason, principal.id, client, method, name',
      'sort refusals desc',
    ],
  },
  'why was this refused': {
    of: 'server',
    and: ['authorizer'],
    lines: [
      'filter type = "audit" and requestId = "PUT THE ERROR ID HERE"',
      'fields time, principal.id, client, method, name, decision, reason, status, durationMs',
    ],
  },
  'everything of one trace': {
    of: 'server',
    lines: [
      'filter traceId = "PUT THE TRACE ID HERE"',
      'fields time, type, method, name, decision, reason, outcome, fault.message',
      'sort time asc',
    ],
  },
  failures: {
    of: 'server',
    lines: [
      'filter type = "error"',
      'fields time, requestId, method, name, fault.name, fault.message',
      'sort time desc',
    ],
  },
  declined: {
    of: 'server',
    lines: [
      'filter type = "audit" and outcome = "declined"',
      'stats count(*) as calls by method, name, principal.id, client',
      'sort calls desc',
    ],
  },
  'slowest tools': {
    of: 'server',
    lines: [
      'filter type = "audit" and method = "tools/call" and decision = "allow"',
      'stats pct(durationMs, 50) as p50, pct(durationMs, 99) as p99, count(*) as calls by name',
      'sort p99 desc',
    ],
  },
  'sign-ins and grants': {
    of: 'broker',
    lines: ['filter type = "broker"', 'stats count(*) as events by event, reason, client', 'sort events desc'],
  },
  'refused at the endpoint': {
    of: 'access',
    lines: [
      'filter status >= 401 and status <= 403',
      'stats count(*) as requests by sourceIp, route, status, error, authorizerError',
      'sort requests desc',
    ],
  },
  'requests that failed at the endpoint': {
    of: 'access',
    lines: [
      'filter status >= 400',
      'stats count(*) as requests by status, route, error, authorizerError',
      'sort requests desc',
    ],
  },
};

export function saveQueries(scope: Construct, { serverName, logGroups }: ObservabilityContext): void {
  for (const [name, query] of Object.entries(SAVED_QUERIES)) {
    const logGroupNames = groupsOf(query, logGroups);
    if (logGroupNames.length === 0) continue;
    new logs.CfnQueryDefinition(scope, `Query-${name.replaceAll(' ', '-')}`, {
      name: `${serverName}/${name}`,
      logGroupNames,
      queryString: query.lines.join('\n| '),
    });
  }
}

/** Names of the log groups that a query asks; none where the first of them does not exist. */
export function groupsOf({ of, and = [] }: SavedQuery, logGroups: LogGroups): string[] {
  if (logGroups[of] === undefined) return [];
  return [of, ...and].flatMap((name) => logGroups[name]?.logGroupName ?? []);
}
