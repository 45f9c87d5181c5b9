/** VPCs, subnets, clusters and security groups that exist: every way in which the CDK imports them. */
import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { type ISubnet, type IVpc, SecurityGroup, Subnet, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster } from 'aws-cdk-lib/aws-ecs';
import { restApi } from '../endpoint/rest-support';
import { notesServer, onlyResource, stackIn } from '../support';
import { anyContainer } from './fargate-support';

type Options = NonNullable<Parameters<typeof anyContainer>[0]>;

const ENV = { account: '111122223333', region: 'eu-central-1' };
const ZONES = ['eu-central-1a', 'eu-central-1b'];
const VPC = { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ZONES };
const IDS = ['subnet-00000000000000001', 'subnet-00000000000000002'];
const UNKNOWN = Match.stringLikeRegexp('the zones of the subnets are not known at synth');

function imported(stack: Stack, subnets: object = { privateSubnetIds: IDS }, id = 'Vpc'): IVpc {
  return Vpc.fromVpcAttributes(stack, id, { ...VPC, ...subnets });
}

/** Imported without a list of its subnets. */
const bare = (stack: Stack) => imported(stack, {});
const byIds = (stack: Stack) => IDS.map((id, index) => Subnet.fromSubnetId(stack, `Subnet${index}`, id));

/** What tasks, load balancer and VPC link are put into, which must be the same. */
function placedIn(stack: Stack): unknown {
  const template = Template.fromStack(stack);
  const tasks = onlyResource(template, 'AWS::ECS::Service').Properties.NetworkConfiguration.AwsvpcConfiguration;
  const { Subnets } = onlyResource(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer').Properties;
  expect(tasks.Subnets).toEqual(Subnets);
  expect(onlyResource(template, 'AWS::ApiGatewayV2::VpcLink').Properties.SubnetIds).toEqual(Subnets);
  template.resourceCountIs('AWS::EC2::VPC', 0);
  return Subnets;
}

const SPLIT = { 'Fn::Split': [',', { 'Fn::ImportValue': 'subnets' }] };

const KNOWN: [string, (stack: Stack) => Options, unknown][] = [
  ['private subnets', (stack) => ({ vpc: imported(stack) }), IDS],
  ['isolated subnets', (stack) => ({ vpc: imported(stack, { isolatedSubnetIds: IDS }) }), IDS],
  [
    'subnets with their zones',
    (stack) => {
      const subnet = (subnetId: string, index: number) =>
        Subnet.fromSubnetAttributes(stack, `Subnet${index}`, { subnetId, availabilityZone: ZONES[index] });
      return { vpc: bare(stack), vpcSubnets: { subnets: IDS.map(subnet) } };
    },
    IDS,
  ],
  [
    'an imported list of known length',
    (stack) => {
      const list = (name: string) => Fn.split(',', Fn.importValue(name), 2);
      return { vpc: imported(stack, { availabilityZones: list('zones'), privateSubnetIds: list('subnets') }) };
    },
    [0, 1].map((index) => ({ 'Fn::Select': [index, SPLIT] })),
  ],
  [
    'one of two groups of private subnets in each zone',
    (stack) => {
      const privateSubnetIds = [...IDS, 'subnet-00000000000000003', 'subnet-00000000000000004'];
      return { vpc: imported(stack, { privateSubnetIds, privateSubnetNames: ['app', 'data'] }) };
    },
    IDS,
  ],
  ['a cluster with its VPC', (stack) => ({ cluster: clusterIn(stack, imported(stack)) }), IDS],
  [
    'the VPC of a cluster, imported a second time',
    (stack) => ({ vpc: imported(stack), cluster: clusterIn(stack, imported(stack, {}, 'Again')) }),
    IDS,
  ],
  [
    'a VPC of another stack, imported twice',
    (stack) => {
      const again = (id: string) => imported(stack, { vpcId: Fn.importValue('vpc'), privateSubnetIds: IDS }, id);
      return { vpc: again('Vpc'), cluster: clusterIn(stack, again('Again')) };
    },
    IDS,
  ],
];

const LATER: [string, (stack: Stack) => Options, unknown][] = [
  [
    'the zones of the region',
    (stack) => ({ vpc: imported(stack, { availabilityZones: Fn.getAzs(), privateSubnetIds: IDS }) }),
    IDS,
  ],
  [
    'an imported list',
    (stack) => {
      const list = (name: string) => Fn.split(',', Fn.importValue(name));
      return { vpc: imported(stack, { availabilityZones: list('zones'), privateSubnetIds: list('subnets') }) };
    },
    SPLIT,
  ],
  [
    'a parameter that is a list',
    (stack) => {
      const list = (name: string) => new CfnParameter(stack, name, { type: 'CommaDelimitedList' }).valueAsList;
      return { vpc: imported(stack, { availabilityZones: list('Zones'), privateSubnetIds: list('Subnets') }) };
    },
    { Ref: 'Subnets' },
  ],
  ['subnets by their ids', (stack) => ({ vpc: bare(stack), vpcSubnets: { subnets: byIds(stack) } }), IDS],
];

function clusterIn(stack: Stack, vpc: IVpc) {
  return Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'shared', vpc });
}

describe('what exists is taken as plain CDK takes it', () => {
  afterEach(() => jest.restoreAllMocks());

  test.each(KNOWN)('O1 %s', (_what, options, expected) => {
    const stack = stackIn();
    notesServer(stack, { hosting: anyContainer(options(stack)) });
    expect(placedIn(stack)).toEqual(expected);
    Annotations.fromStack(stack).hasNoWarning('*', UNKNOWN);
  });

  test.each(LATER)('O1 %s, whose zones synth cannot know, with a warning', (_what, options, expected) => {
    const stack = stackIn();
    notesServer(stack, { hosting: anyContainer(options(stack)) });
    expect(placedIn(stack)).toEqual(expected);
    Annotations.fromStack(stack).hasWarning('*', UNKNOWN);
  });

  test.each([
    ['by its id', {}],
    ['by its id, and a group of its subnets', { vpcSubnets: { subnetGroupName: 'app' } }],
  ])('O1 a VPC that is still to be looked up %s', (_what, options) => {
    // What stands in for the answer has ids that the validator does not like.
    jest.spyOn(console, 'error').mockImplementation();
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const vpc = Vpc.fromLookup(stack, 'Vpc', { vpcId: VPC.vpcId });
    notesServer(stack, { hosting: anyContainer({ vpc, ...options }) });
    expect(placedIn(stack)).toBeInstanceOf(Array);
    Annotations.fromStack(stack).hasNoWarning('*', UNKNOWN);
  });

  test('O1 behind a REST API as well', () => {
    const stack = stackIn();
    const hosting = anyContainer({ vpc: bare(stack), vpcSubnets: { subnets: byIds(stack) } });
    notesServer(stack, { hosting, endpoint: restApi(stack) });
    expect(placedIn(stack)).toEqual(IDS);
  });

  test('O1 security groups of one’s own stay the only ones, and let the load balancer in', () => {
    const stack = stackIn();
    const group = SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-00000000000000001');
    notesServer(stack, { hosting: anyContainer({ vpc: imported(stack), securityGroups: [group] }) });
    const template = Template.fromStack(stack);
    const { AwsvpcConfiguration } = onlyResource(template, 'AWS::ECS::Service').Properties.NetworkConfiguration;
    expect(AwsvpcConfiguration.SecurityGroups).toEqual([group.securityGroupId]);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId: group.securityGroupId,
      FromPort: 8080,
      ToPort: 8080,
    });
  });
});

describe('what would not work fails, and says what to write', () => {
  const one = (subnets: ISubnet[]) => ({ subnets: subnets.slice(0, 1) });

  test.each<[string, (stack: Stack) => Options, RegExp]>([
    [
      'a VPC with public subnets alone',
      (stack) => ({ vpc: imported(stack, { publicSubnetIds: IDS }) }),
      /^`vpc` has no private subnets that are known here: .* \(`privateSubnetIds`\), or give `vpcSubnets`/,
    ],
    [
      'public subnets',
      (stack) => ({
        vpc: imported(stack, { publicSubnetIds: IDS }),
        vpcSubnets: { subnetType: SubnetType.PUBLIC },
      }),
      /^`vpcSubnets` are public: choose private ones/,
    ],
    [
      'the public subnets of another import',
      (stack) => {
        const { publicSubnets } = imported(stack, { publicSubnetIds: IDS }, 'Again');
        return { vpc: imported(stack, { publicSubnetIds: IDS }), vpcSubnets: { subnets: publicSubnets } };
      },
      /^`vpcSubnets` are public: choose private ones/,
    ],
    [
      'several subnets in one zone',
      (stack) => {
        const privateSubnetIds = [...IDS, 'subnet-00000000000000003', 'subnet-00000000000000004'];
        const vpc = imported(stack, { privateSubnetIds, privateSubnetNames: ['app', 'data'] });
        return { vpc, vpcSubnets: { subnets: vpc.privateSubnets } };
      },
      /^several of `vpcSubnets` are in one zone, .*: choose one in each zone/,
    ],
    [
      'one zone',
      (stack) => ({ vpc: imported(stack, { availabilityZones: ['eu-central-1a'], privateSubnetIds: IDS }) }),
      /^the subnets are in one zone: choose private subnets in two/,
    ],
    [
      'one subnet by its id',
      (stack) => ({ vpc: bare(stack), vpcSubnets: one(byIds(stack)) }),
      /^the subnets are in one zone: choose private subnets in two/,
    ],
    [
      'no subnet at all',
      (stack) => ({ vpc: bare(stack), vpcSubnets: { subnets: [] } }),
      /^the subnets are in one zone: choose private subnets in two/,
    ],
    [
      'a cluster by its ARN, which says nothing of a VPC',
      (stack) => ({
        vpc: imported(stack),
        cluster: Cluster.fromClusterArn(stack, 'Cluster', 'arn:aws:ecs:eu-central-1:111122223333:cluster/shared'),
      }),
      /^`cluster` was imported without its VPC, .*: use ecs.Cluster.fromClusterAttributes/,
    ],
    [
      'the cluster of another VPC',
      (stack) => ({
        vpc: imported(stack),
        cluster: clusterIn(stack, imported(stack, { vpcId: 'vpc-0123456789abcdef1' }, 'Other')),
      }),
      /^`vpc` is not that of `cluster`/,
    ],
    [
      'no security group',
      (stack) => ({ vpc: imported(stack), securityGroups: [] }),
      /^`securityGroups` has 0: give one/,
    ],
  ])('O1 fails with %s', (_what, options, message) => {
    const stack = stackIn();
    expect(() => notesServer(stack, { hosting: anyContainer(options(stack)) })).toThrow(message);
  });
});
