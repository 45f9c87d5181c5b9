import { type Environment, Lazy } from 'aws-cdk-lib';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { DomainRouting } from '../endpoint/domain-routing';
import type { EndpointDomain } from '../endpoint/http-api-props';
import { fail } from '../private/errors';
import { isPrimary, otherRegions, type RegionPlan } from '../private/region-plan';
import { type GlobalDomain, RegionRouting } from './global-server-props';
import { createProbe, type WatchedServer } from './probe';

/** What a region is made of. */
interface RegionFacts {
  readonly plan: RegionPlan;
  readonly domain: GlobalDomain;
  readonly routing: RegionRouting;
  readonly account?: string;
}

/** One region of a server that stands in several. `McpGlobalServer` makes it, for one server. */
export class McpRegion {
  /** @internal */
  public static _of(facts: RegionFacts): McpRegion {
    return new McpRegion(facts);
  }

  /** Such as `eu-central-1`. */
  public readonly name: string;

  /** Whether tables, user pool and secrets are declared here. */
  public readonly primary: boolean;

  /** The regions beside this one: what a table of one's own is replicated to by the primary region's stack. */
  public readonly others: string[];

  /** The environment of the region's stack. */
  public readonly env: Environment;

  private healthCheckId?: string;
  private alarm?: Alarm;
  private server?: string;

  private constructor(private readonly facts: RegionFacts) {
    const { plan, account } = facts;
    this.name = plan.region;
    this.primary = isPrimary(plan);
    this.others = otherRegions(plan);
    this.env = { region: plan.region, account };
  }

  /**
   * The one host name, as the endpoint of this region answers for it: with a certificate and a record of its own, and
   * a health check that follows a real call to the server of this region.
   *
   * Throws when it is asked for twice.
   *
   * @param scope gets certificate, zone and health check: the region's stack
   */
  public endpointDomain(scope: Construct): EndpointDomain {
    if (this.healthCheckId !== undefined) fail(scope, 'the domain of this region has an endpoint already: use it once');
    const own = new Construct(scope, 'Region');
    const { domainName, hostedZoneId, zoneName, certificateArns } = this.facts.domain;
    const hostedZone = route53.HostedZone.fromHostedZoneAttributes(own, 'Zone', { hostedZoneId, zoneName });
    const arn = certificateArns?.[this.name];
    const certificate =
      arn === undefined
        ? new Certificate(own, 'Certificate', { domainName, validation: CertificateValidation.fromDns(hostedZone) })
        : Certificate.fromCertificateArn(own, 'Certificate', arn);
    const healthCheck = new route53.HealthCheck(own, 'Health', {
      type: route53.HealthCheckType.CLOUDWATCH_METRIC,
      alarmIdentifier: { region: this.name, name: Lazy.string({ produce: () => this.alarmOf(own).alarmName }) },
      // A region whose metrics are not to be had is not one to send people to.
      insufficientDataHealthStatus: route53.InsufficientDataHealthStatusEnum.UNHEALTHY,
    });
    this.healthCheckId = healthCheck.healthCheckId;
    return { domainName, certificate, hostedZone, routing: this.routing(healthCheck) };
  }

  /**
   * The key of this region, for `encryptionKey` of the server; `undefined` where keys of AWS are used. The policy of
   * the key is not changed: it must let CloudWatch Logs of this region use it.
   *
   * @param scope in which the key is imported
   */
  public encryptionKey(scope: Construct): kms.IKey | undefined {
    const arn = this.facts.plan.keyArns[this.name];
    return arn === undefined ? undefined : kms.Key.fromKeyArn(scope, 'RegionKey', arn);
  }

  /** @internal */
  public _join(server: Construct): RegionPlan {
    if (this.server !== undefined) {
      fail(server, `region '${this.name}' already has the server '${this.server}': make a McpGlobalServer for each`);
    }
    this.server = server.node.path;
    return { ...this.facts.plan, healthCheckId: this.healthCheckId };
  }

  /** @internal */
  public _watch(server: Construct, watched: WatchedServer): readonly string[] {
    const { alarm, clientIds } = createProbe(server, watched);
    this.alarm = alarm;
    return clientIds;
  }

  private alarmOf(scope: Construct): Alarm {
    return (
      this.alarm ??
      fail(scope, `nothing watches region '${this.name}': give \`region\` to the SecureMcpServer of its stack`)
    );
  }

  private routing(healthCheck: route53.IHealthCheck): DomainRouting {
    if (this.facts.routing === RegionRouting.LATENCY) return DomainRouting.latency(this.name, healthCheck);
    return this.primary
      ? DomainRouting.failoverPrimary(this.name, healthCheck)
      : DomainRouting.failoverSecondary(this.name, healthCheck);
  }
}
