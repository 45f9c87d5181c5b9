import type { IHealthCheck } from 'aws-cdk-lib/aws-route53';

/** Which of several records Route 53 answers with; internal shape of `DomainRouting`. */
interface RecordRouting {
  readonly setIdentifier: string;
  readonly region?: string;
  readonly failover?: 'PRIMARY' | 'SECONDARY';
  readonly healthCheck?: IHealthCheck;
}

/**
 * How Route 53 chooses between the records that several regions make for one host name.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
 */
export class DomainRouting {
  /**
   * Callers are sent to the region with the least latency among those that are healthy.
   *
   * @param region of the endpoint this record leads to; unique among the records of the name
   * @param healthCheck without it, a region is taken out of the answers only when API Gateway itself says it is down
   */
  public static latency(region: string, healthCheck?: IHealthCheck): DomainRouting {
    return new DomainRouting({ setIdentifier: region, region, healthCheck });
  }

  /**
   * Callers are sent here as long as it is healthy.
   *
   * @param region of the endpoint this record leads to
   * @param healthCheck Route 53 asks for one on the primary record
   */
  public static failoverPrimary(region: string, healthCheck: IHealthCheck): DomainRouting {
    return new DomainRouting({ setIdentifier: region, failover: 'PRIMARY', healthCheck });
  }

  /**
   * Callers are sent here when the primary is not healthy.
   *
   * @param region of the endpoint this record leads to
   * @param healthCheck without it, the secondary counts as healthy
   */
  public static failoverSecondary(region: string, healthCheck?: IHealthCheck): DomainRouting {
    return new DomainRouting({ setIdentifier: region, failover: 'SECONDARY', healthCheck });
  }

  private constructor(private readonly routing: RecordRouting) {}

  /** @internal */
  public _record(): RecordRouting {
    return this.routing;
  }
}
