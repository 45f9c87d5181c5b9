import { BuildEnvironmentVariableType } from 'aws-cdk-lib/aws-codebuild';
import { CodeBuildStep, type IFileSetProducer } from 'aws-cdk-lib/pipelines';
import { CLI_FOLDER, quoted } from './build-commands';
import type { SmokeTest } from './delivery-pipeline-props';

/** Tries the server that was just deployed, from outside and as a client would. */
export function smokeStep(test: SmokeTest, assembly: IFileSetProducer): CodeBuildStep {
  const { expectedTools, tool, toolArguments } = test;
  const words = [
    ...(expectedTools ? ['--expect', expectedTools.join(',')] : []),
    ...(tool === undefined ? [] : ['--call', tool]),
    ...(toolArguments === undefined ? [] : ['--arguments', toolArguments]),
  ];
  return new CodeBuildStep('SmokeTest', {
    input: assembly,
    envFromCfnOutputs: { MCP_URL: test.mcpUrl, MCP_CLIENT_ID: test.clientId },
    buildEnvironment: {
      environmentVariables: {
        MCP_CLIENT_SECRET: {
          type: BuildEnvironmentVariableType.SECRETS_MANAGER,
          value: test.machineClientSecret.secretArn,
        },
      },
    },
    commands: [
      `node ${CLI_FOLDER}/cdk-mcp.mjs smoke "$MCP_URL" --client "$MCP_CLIENT_ID" ${words.map(quoted).join(' ')}`.trim(),
    ],
  });
}

/** What is wrong with a test, as far as it can be seen before there is a server. */
export function smokeProblems({ expectedTools, tool, toolArguments }: SmokeTest): string[] {
  return [
    ...(expectedTools?.length === 0
      ? ['smokeTest.expectedTools is empty: name the tools the client must see, or leave it out']
      : []),
    ...(expectedTools?.some((name) => name.trim() === '' || name.includes(','))
      ? ['smokeTest.expectedTools has a name that is blank or has a comma: write one tool in each']
      : []),
    ...(tool?.trim() === '' ? ['smokeTest.tool is blank: name the tool that is called, or leave it out'] : []),
    ...(tool !== undefined && expectedTools !== undefined && !expectedTools.includes(tool)
      ? [`smokeTest.tool '${tool}' is not in expectedTools, so it could not be called: add it there, or call another`]
      : []),
    ...(toolArguments !== undefined && tool === undefined
      ? ['smokeTest.toolArguments has no tool: name it in `tool`, or leave the arguments out']
      : []),
    ...(toolArguments !== undefined && !isObject(toolArguments)
      ? ['smokeTest.toolArguments is no JSON object: write it as text, such as \'{"id":"1"}\'']
      : []),
  ];
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
