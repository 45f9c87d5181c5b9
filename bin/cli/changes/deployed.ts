/** The templates that are deployed, read as `cdk diff` reads them: with the lookup role of the bootstrap stack. */
import type { SynthesisedStack } from '../assembly';
import { CliFailure } from '../failure';
import type { Template } from '../template';
import { type Credentials, element, QueryError, query } from './aws-query';
import type { StackPair } from './changes';

type Environment = Readonly<Record<string, string | undefined>>;

const STS = { service: 'sts', version: '2011-06-15' } as const;
const CLOUDFORMATION = { service: 'cloudformation', version: '2010-05-15' } as const;

interface Place {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

export async function deployedPairs(
  stacks: readonly SynthesisedStack[],
  environment: Environment,
): Promise<StackPair[]> {
  const own = await credentialsOf(environment);
  const here = await placeOf(own, environment);
  const pairs: StackPair[] = [];
  for (const after of stacks) {
    // A nested stack has no name before it is deployed; its parent's template says that it changes.
    if (after.deployment === undefined) continue;
    const template = await deployedTemplate(after, own, here, environment);
    pairs.push({ name: after.name, after, ...(template && { before: { ...after, assets: new Map(), template } }) });
  }
  return pairs;
}

async function deployedTemplate(
  { name, deployment }: SynthesisedStack,
  own: Credentials,
  here: Place,
  environment: Environment,
): Promise<Template | undefined> {
  const { stackName, account, region, lookupRole } = deployment!;
  const place = { ...here, account: account ?? here.account, region: region ?? here.region };
  const credentials = lookupRole ? await assume(inPlace(lookupRole, place), own, place, environment) : own;
  const call = { ...CLOUDFORMATION, region: place.region, credentials, action: 'GetTemplate' };
  try {
    const parameters = { StackName: stackName, TemplateStage: 'Original' };
    return parsed(element(await query({ ...call, parameters }, environment), 'TemplateBody') ?? '', name);
  } catch (error) {
    if (error instanceof QueryError && error.code === 'ValidationError' && /does not exist/.test(error.reason)) {
      return undefined;
    }
    throw error;
  }
}

async function assume(role: string, own: Credentials, place: Place, environment: Environment): Promise<Credentials> {
  const parameters = { RoleArn: role, RoleSessionName: 'cdk-mcp-changes', DurationSeconds: '900' };
  const call = { ...STS, region: place.region, credentials: own, action: 'AssumeRole', parameters };
  const answer = await query(call, environment);
  return {
    accessKeyId: element(answer, 'AccessKeyId') ?? '',
    secretAccessKey: element(answer, 'SecretAccessKey') ?? '',
    sessionToken: element(answer, 'SessionToken'),
  };
}

async function placeOf(own: Credentials, environment: Environment): Promise<Place> {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (region === undefined) throw new CliFailure('no region: set AWS_REGION to where the stacks are');
  const call = { ...STS, region, credentials: own, action: 'GetCallerIdentity', parameters: {} };
  const arn = element(await query(call, environment), 'Arn') ?? '';
  const [, partition = 'aws', , , account = ''] = arn.split(':');
  return { account, region, partition };
}

/** What the credentials of this machine are, wherever the SDK finds them: variables, a container, a profile. */
async function credentialsOf(environment: Environment): Promise<Credentials> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({ region: environment.AWS_REGION ?? 'us-east-1' });
  try {
    return await client.config.credentials();
  } catch (error) {
    throw new CliFailure(`no credentials of AWS (${(error as Error).message}): sign in first`);
  }
}

/** The role's name with what was not known when the app was synthesised. */
function inPlace(arn: string, place: Place): string {
  const known: Readonly<Record<string, string>> = {
    AccountId: place.account,
    Region: place.region,
    Partition: place.partition,
  };
  return arn.replace(/\$\{AWS::(\w+)\}/g, (whole, name: string) => known[name] ?? whole);
}

function parsed(body: string, name: string): Template | undefined {
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body) as Template;
  } catch {
    throw new CliFailure(`the deployed template of ${name} is no JSON: it was not deployed by the CDK`);
  }
}
