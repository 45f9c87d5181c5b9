import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { context } from '../cdk.json';
import { NotesPipelineStack } from '../examples/notes/pipeline-stack';
import { notesInRegions } from '../examples/notes/regions';
import { NotesStack } from '../examples/notes/stack';

// Run without the CDK's command line, an app does not see the context of cdk.json.
const app = new App({ context });
const regions = app.node.tryGetContext('regions')?.split(',') as string[] | undefined;
// `-c pipeline=true`: the pipeline that deploys the notes, instead of the notes themselves.
if (String(app.node.tryGetContext('pipeline')) === 'true') {
  // A pipeline to other regions must know its own; `-c account` stands in where there are no credentials.
  const account = process.env.CDK_DEFAULT_ACCOUNT ?? app.node.tryGetContext('account') ?? '111122223333';
  new NotesPipelineStack(app, 'NotesPipeline', regions && { env: { region: regions[0], account } });
} else if (regions) notesInRegions(app, regions);
else new NotesStack(app, 'NotesStack');

if (app.node.tryGetContext('nag') !== 'false') {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
