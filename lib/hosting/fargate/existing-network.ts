import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import { fail } from '../../private/errors';

/** A VPC of the user's with the subnets to use in it. */
export interface ExistingNetwork {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.SubnetSelection;
}

/** The VPC that is given, be it by its cluster. */
export function givenVpc(
  scope: Construct,
  vpc: ec2.IVpc | undefined,
  cluster: ecs.ICluster | undefined,
): ec2.IVpc | undefined {
  if (cluster === undefined) return vpc;
  const ofCluster = vpcOf(scope, cluster);
  if (vpc && !sameId(scope, vpc, ofCluster)) {
    fail(scope, '`vpc` is not that of `cluster`: give one of them, or the cluster with its own VPC');
  }
  return vpc ?? ofCluster;
}

/** Private subnets in two zones, as far as synth can know. */
export function existingNetwork(
  scope: Construct,
  vpc: ec2.IVpc,
  given: ec2.SubnetSelection | undefined,
): ExistingNetwork {
  const subnets = given ?? { subnetType: privateType(scope, vpc) };
  const selected = vpc.selectSubnets(subnets);
  if (selected.isPendingLookup) return { vpc, subnets };
  const publicIds = vpc.publicSubnets.map(({ subnetId }) => subnetId);
  if (selected.hasPublic || selected.subnets.some(({ subnetId }) => publicIds.includes(subnetId)))
    fail(scope, '`vpcSubnets` are public: choose private ones, the server is reached through its endpoint');
  const chosen = given ? selected.subnets : onePerZone(selected.subnets);
  checkZones(scope, chosen);
  // By themselves: the service selects in its cluster's VPC, which may be another import of the same.
  return { vpc, subnets: { subnets: chosen } };
}

function vpcOf(scope: Construct, cluster: ecs.ICluster): ec2.IVpc {
  try {
    return cluster.vpc;
  } catch {
    return fail(
      scope,
      '`cluster` was imported without its VPC, which the service needs: use ecs.Cluster.fromClusterAttributes with ' +
        '`vpc` instead of fromClusterArn',
    );
  }
}

/** A VPC may have been imported twice; what is known only at deploy time is the same when it is written the same. */
function sameId(scope: Construct, one: ec2.IVpc, other: ec2.IVpc): boolean {
  const text = ({ vpcId }: ec2.IVpc) => JSON.stringify(Stack.of(scope).resolve(vpcId));
  return one === other || text(one) === text(other);
}

function privateType(scope: Construct, vpc: ec2.IVpc): ec2.SubnetType {
  if (vpc.privateSubnets.length > 0) return ec2.SubnetType.PRIVATE_WITH_EGRESS;
  if (vpc.isolatedSubnets.length > 0) return ec2.SubnetType.PRIVATE_ISOLATED;
  return fail(
    scope,
    '`vpc` has no private subnets that are known here: give it some, name them where it is imported ' +
      '(`privateSubnetIds`), or give `vpcSubnets`',
  );
}

/** A load balancer takes one of each. */
function onePerZone(subnets: readonly ec2.ISubnet[]): ec2.ISubnet[] {
  const zones = subnets.map(zoneOf);
  return subnets.filter((_subnet, index) => zones[index] === undefined || zones.indexOf(zones[index]) === index);
}

function checkZones(scope: Construct, subnets: readonly ec2.ISubnet[]): void {
  const zones = subnets.map(zoneOf);
  const known = zones.filter((zone) => zone !== undefined);
  const distinct = new Set(known).size;
  if (distinct > 1 && distinct < known.length) {
    fail(
      scope,
      'several of `vpcSubnets` are in one zone, of which a load balancer takes one: choose one in each zone ' +
        '(`onePerAz: true`, or `subnetGroupName` for one group)',
    );
  }
  if (distinct >= 2) return;
  const listed = subnets.some(({ subnetId }) => Token.isUnresolved([subnetId]));
  if (!listed && (subnets.length < 2 || !zones.includes(undefined))) {
    fail(scope, 'the subnets are in one zone: choose private subnets in two zones, so that the loss of one is none');
  }
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:zonesNotKnown',
    'the zones of the subnets are not known at synth: make sure that they are in two, which the load balancer asks for, ' +
      'or import them with `availabilityZones` written as text',
  );
}

/** Not known of a subnet that was imported by its id alone, nor where the list of zones is one token. */
function zoneOf(subnet: ec2.ISubnet): string | undefined {
  try {
    const { availabilityZone } = subnet;
    return Token.isUnresolved([availabilityZone]) ? undefined : availabilityZone;
  } catch {
    return undefined;
  }
}
