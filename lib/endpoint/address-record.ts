import { ARecord, Failover, type IAliasRecordTarget, RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { EndpointDomain } from './http-api-props';

/** The record that leads from the host name to an endpoint; one of several where `routing` says so. */
export function createAddressRecord(scope: Construct, domain: EndpointDomain, target: IAliasRecordTarget): ARecord {
  const routing = domain.routing?._record();
  return new ARecord(scope, 'AddressRecord', {
    zone: domain.hostedZone,
    // The trailing dot keeps the record set from being read as a name inside the zone.
    recordName: `${domain.domainName}.`,
    target: RecordTarget.fromAlias(routing ? withHealthOf(target) : target),
    ...(routing && { ...routing, failover: routing.failover && Failover[routing.failover] }),
  });
}

/** Beside its own health check, a record is left out where API Gateway itself is not to be had in its region. */
function withHealthOf(target: IAliasRecordTarget): IAliasRecordTarget {
  return { bind: (record, zone) => ({ ...target.bind(record, zone), evaluateTargetHealth: true }) };
}
