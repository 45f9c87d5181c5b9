/** What an approver and a reviewer read of a server in two regions: the same of both. */
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { McpEndpoint, McpGlobalServer, McpHosting, type McpRegion } from 'cdk-mcp';
import { serversOf } from '../../bin/cli/access';
import { readStacks } from '../../bin/cli/assembly';
import { changesOf, pairsOf } from '../../bin/cli/changes/changes';
import { summaryOf } from '../../bin/cli/changes/render';
import { anyHosting, notesServer } from '../lib/support';
import { folderOf, removeFolders } from './support';

jest.setTimeout(60_000);
beforeAll(() => void jest.spyOn(console, 'error').mockImplementation(() => {}));
afterEach(removeFolders);

const REGIONS = ['eu-central-1', 'us-east-1'];

const HOSTINGS: Record<string, (stack: Stack) => McpHosting> = {
  function: () => anyHosting(),
  container: (stack) => {
    const image = ContainerImage.fromRegistry('public.ecr.aws/example/notes:1');
    return McpHosting.fargate({ image, port: 3000, vpc: new Vpc(stack, 'Vpc') });
  },
};

/** The stacks of both regions, with these machine clients. */
function stacksWith(machines: Record<string, string[]>, hosting = HOSTINGS.function!) {
  const outdir = folderOf({});
  const app = new App({ outdir });
  new McpGlobalServer(app, 'Notes', {
    regions: REGIONS,
    domain: { domainName: 'mcp.example.com', hostedZoneId: 'Z1', zoneName: 'example.com' },
    stacks: {
      createStack(scope, id, region: McpRegion) {
        const stack = new Stack(scope, id, { env: region.env });
        const endpoint = McpEndpoint.httpApi({ domain: region.endpointDomain(stack) });
        const server = notesServer(stack, { hosting: hosting(stack), endpoint, region });
        for (const [name, scopes] of Object.entries(machines)) server.addMachineClient(name, { scopes });
        return stack;
      },
    },
  });
  app.synth();
  return readStacks(outdir);
}

const READER = { reporting: ['notes:read'] };

describe.each(Object.entries(HOSTINGS))('a %s in two regions', (_, hosting) => {
  test('O3 every region names each machine client and its scopes', () => {
    const servers = stacksWith({ ...READER, ci: ['notes:write', 'notes:read'] }, hosting).flatMap(serversOf);
    expect(servers.map(({ stack }) => stack)).toEqual(REGIONS.map((region) => `Notes/${region}`));
    for (const { machineClients, access } of servers) {
      expect(machineClients).toHaveLength(3);
      expect(machineClients).toEqual(
        expect.arrayContaining([
          { name: 'reporting', scopes: ['notes:read'] },
          { name: 'ci', scopes: ['notes:read', 'notes:write'] },
          { name: 'region-probe', scopes: ['notes:read'] },
        ]),
      );
      expect(access.find(({ pattern }) => pattern === 'add_note')).toMatchObject({
        machineClients: ['ci'],
        unknownClients: [],
      });
    }
    expect(JSON.stringify(servers.map(({ access, machineClients }) => [access, machineClients]))).not.toMatch(
      /resolve/,
    );
  });

  test('O3 a client that comes, goes or gets other scopes is said of every region, and of nobody else', () => {
    const changed = (before: Record<string, string[]>, after: Record<string, string[]>) =>
      changesOf(pairsOf(stacksWith(before, hosting), stacksWith(after, hosting)));
    const sentences = (...change: Parameters<typeof changed>) => changed(...change).map(({ access }) => access);
    const came = ['machine client ci is new, with notes:write', 'machine client ci gains tool add_note'];
    expect(sentences(READER, { ...READER, ci: ['notes:write'] })).toEqual([came, came]);
    const went = ['machine client ci is gone', 'machine client ci loses tool add_note'];
    expect(sentences({ ...READER, ci: ['notes:write'] }, READER)).toEqual([went, went]);
    const more = changed(READER, { reporting: ['notes:read', 'notes:write'] });
    const gained = ['machine client reporting gains scope notes:write', 'machine client reporting gains tool add_note'];
    expect(more.map(({ access }) => access)).toEqual([gained, gained]);
    expect(summaryOf(more)).not.toMatch(/resolve|NOT KNOWN/);
  });
});
