import { Annotations, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { ClientRegistration, McpAuthorization, type McpRegion, SecureMcpServer } from 'cdk-mcp';
import type { Construct } from 'constructs';
import { notesEndpoint } from './endpoint';
import { notesHosting } from './hosting';
import { notesTable } from './table';

export interface NotesStackProps extends StackProps {
  /**
   * What happens to notes, users and logs when the stack is destroyed.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Which of several regions this is.
   *
   * @default - the only one
   */
  readonly region?: McpRegion;

  /**
   * The host name of a REST API.
   *
   * @default - that of `notesDomain`
   */
  readonly hostName?: string;

  /**
   * Whether a new version gets its traffic gradually, and loses it when an alarm goes off.
   *
   * @default - all at once, unless `-c canary=true`
   */
  readonly canary?: boolean;
}

/** Everyone's notes, their own alone: people read and write them, administrators delete, two machines take part. */
export class NotesStack extends Stack {
  public constructor(scope: Construct, id: string, props: NotesStackProps = {}) {
    super(scope, id, props);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    // `-c dynamic=true` lets clients register themselves, which not every client can do without.
    const dynamic = String(this.node.tryGetContext('dynamic')) === 'true';

    const { region } = props;
    const table = notesTable(this, removalPolicy, region);
    const canary = props.canary ?? String(this.node.tryGetContext('canary')) === 'true';

    const server = new SecureMcpServer(this, 'Notes', {
      ...notesEndpoint(this, props),
      hosting: notesHosting(this, { TABLE_NAME: table.tableName }, { canary, severalRegions: region !== undefined }),
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
      region,
      removalPolicy,
    });
    table.grantReadWriteData(server);
    Annotations.of(server).acknowledgeWarning('cdk-mcp:plainHttpInsideVpc', 'the example has no domain of its own');

    const reporting = server.addMachineClient('reporting', { scopes: ['notes:read'] });
    server.addMachineClient('importer', { scopes: ['notes:read', 'notes:write'] });

    new CfnOutput(this, 'McpUrl', { value: server.mcpUrl });
    // Known only where the pool stands.
    if (server.userPool) new CfnOutput(this, 'ReportingClientId', { value: reporting.clientId });
    new CfnOutput(this, 'ResourceMetadataUrl', { value: server.resourceMetadataUrl });
    if (server.userPool) new CfnOutput(this, 'UserPoolId', { value: server.userPool.userPoolId });
  }
}
