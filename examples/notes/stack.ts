import { join } from 'node:path';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ClientRegistration, McpAuthorization, McpHosting, SecureMcpServer } from 'cdk-mcp';
import type { Construct } from 'constructs';

export interface NotesStackProps extends StackProps {
  /**
   * What happens to notes, users and logs when the stack is destroyed.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Everyone's notes, their own alone: people read and write them, administrators delete, two machines take part. */
export class NotesStack extends Stack {
  public constructor(scope: Construct, id: string, props: NotesStackProps = {}) {
    super(scope, id, props);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    // `-c dynamic=true` lets clients register themselves, which not every client can do without.
    const dynamic = String(this.node.tryGetContext('dynamic')) === 'true';

    const table = new TableV2(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy,
    });

    const server = new SecureMcpServer(this, 'Notes', {
      hosting: McpHosting.nodejs({
        entry: join(__dirname, 'server.ts'),
        environment: { TABLE_NAME: table.tableName },
      }),
      authorization: McpAuthorization.cognito({
        clients: [
          // The last host is nobody's: it is there to try a client of one's own.
          ClientRegistration.clientIdMetadata({ allowedHosts: ['claude.ai', 'vscode.dev', 'client.example.com'] }),
          ClientRegistration.preRegistered({
            clientId: 'local-dev',
            name: 'Local development',
            redirectUris: [
              'http://localhost:6274/oauth/callback',
              'http://127.0.0.1:6276/oauth/callback',
              'http://localhost:8765/callback',
            ],
          }),
          ...(dynamic ? [ClientRegistration.dynamic()] : []),
        ],
      }),
      scopes: {
        'notes:read': 'Read and search your notes',
        'notes:write': 'Create, change and delete your notes',
      },
      access: [
        {
          tools: ['list_notes', 'read_note', 'search_notes'],
          prompts: ['summarize_notes'],
          resources: ['notes://note/*'],
          scopes: ['notes:read'],
        },
        { tools: ['add_note', 'update_note'], scopes: ['notes:write'] },
        { tools: ['delete_note'], scopes: ['notes:write'], groups: ['admins'] },
      ],
      removalPolicy,
    });
    table.grantReadWriteData(server);

    server.addMachineClient('reporting', { scopes: ['notes:read'] });
    server.addMachineClient('importer', { scopes: ['notes:read', 'notes:write'] });

    new CfnOutput(this, 'McpUrl', { value: server.mcpUrl });
    new CfnOutput(this, 'ResourceMetadataUrl', { value: server.resourceMetadataUrl });
    if (server.userPool) new CfnOutput(this, 'UserPoolId', { value: server.userPool.userPoolId });
  }
}
