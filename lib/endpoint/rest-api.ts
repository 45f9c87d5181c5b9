import { RemovalPolicy } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { restAccessLogFormat } from '../observability/rest-access-log';
import { acknowledgeLoggingRole, acknowledgeNoRequestValidation } from '../private/acknowledgements';
import type { EndpointContext } from '../private/bindings';
import { createLogGroup } from '../private/log-group';

/** Nobody sees it: the address is the domain's. */
export const STAGE = 'live';

export interface CreatedApi {
  readonly api: apigateway.RestApi;
  readonly stage: apigateway.Stage;
  readonly accessLogGroup: logs.LogGroup;
}

/** A regional API that answers under its own host name alone, and its one stage. */
export function createRestApi(scope: Construct, { serverName, state }: EndpointContext, logRole: boolean): CreatedApi {
  const accessLogGroup = createLogGroup(scope, 'AccessLogs', state);
  const api = new apigateway.RestApi(scope, 'Api', {
    restApiName: serverName,
    description: 'MCP server: JSON-RPC behind a token, its authorization server beside it',
    endpointConfiguration: { types: [apigateway.EndpointType.REGIONAL] },
    disableExecuteApiEndpoint: true,
    cloudWatchRole: logRole,
    // Whoever else logs in this account and region needs it when this stack is gone.
    cloudWatchRoleRemovalPolicy: logRole ? RemovalPolicy.RETAIN : undefined,
    deployOptions: {
      stageName: STAGE,
      tracingEnabled: true,
      accessLogDestination: new apigateway.LogGroupLogDestination(accessLogGroup),
      accessLogFormat: restAccessLogFormat(serverName),
    },
  });
  // Nobody is to be told an address that is switched off.
  api.node.tryRemoveChild('Endpoint');
  const role = api.node.tryFindChild('CloudWatchRole');
  if (role) acknowledgeLoggingRole(role);
  acknowledgeNoRequestValidation(api);
  const stage = api.deploymentStage;
  // API Gateway would make this one, to be kept for ever and under no key.
  const executionLogs = new logs.LogGroup(scope, 'ExecutionLogs', {
    logGroupName: `API-Gateway-Execution-Logs_${api.restApiId}/${STAGE}`,
    retention: state.logRetention,
    removalPolicy: state.removalPolicy,
    encryptionKey: state.encryptionKey,
  });
  stage.node.addDependency(executionLogs);
  return { api, stage, accessLogGroup };
}
