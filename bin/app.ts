import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { context } from '../cdk.json';
import { NotesStack } from '../examples/notes/stack';

// Run without the CDK's command line, an app does not see the context of cdk.json.
const app = new App({ context });
new NotesStack(app, 'NotesStack');

if (app.node.tryGetContext('nag') !== 'false') {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
}
