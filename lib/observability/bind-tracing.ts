import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TracingBinding } from '../private/bindings';
import { GuardVariable, type TracingSettings } from '../private/contract';
import { fail } from '../private/errors';
import type { TracingOptions } from './observability';

/** What the guard is told of tracing. */
export function bindTracing(scope: Construct, options: TracingOptions): TracingBinding {
  if (options.enabled === false) return { environment: {}, collector: false };
  const { samplingRatio: ratio, otlpEndpoint: endpoint } = options;
  if (ratio !== undefined && !Token.isUnresolved(ratio) && !(ratio >= 0 && ratio <= 1)) {
    fail(scope, `samplingRatio ${ratio} is no share: use a number from 0 to 1`);
  }
  if (endpoint !== undefined && !Token.isUnresolved(endpoint)) checkEndpoint(scope, endpoint);
  const settings: TracingSettings = { ratio, clients: options.continueClientTraces === false ? false : undefined };
  return {
    environment: {
      [GuardVariable.tracing]: JSON.stringify(settings),
      ...(endpoint !== undefined && { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }),
    },
    collector: endpoint === undefined,
    remoteOtlp: endpoint !== undefined && isLoopback(endpoint) ? undefined : endpoint,
  };
}

function checkEndpoint(scope: Construct, endpoint: string): void {
  const protocol = URL.canParse(endpoint) ? new URL(endpoint).protocol : undefined;
  if (protocol === 'https:' || (protocol === 'http:' && isLoopback(endpoint))) return;
  fail(
    scope,
    `otlpEndpoint '${endpoint}' is no https URL: write one such as 'https://otlp.example.com' (http on loopback)`,
  );
}

function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
}
