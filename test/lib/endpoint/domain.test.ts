/** Host names, certificates, zones and throttles that the deployment would refuse: synth does, on both endpoints. */
import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { type EndpointDomain, McpEndpoint } from 'cdk-mcp';
import { notesServer, onlyResource } from '../support';

const ENV = { account: '111122223333', region: 'eu-central-1' };

type Props = { domain?: Partial<EndpointDomain>; throttle?: object };
type Make = (props: Props) => McpEndpoint;

const ENDPOINTS: [string, Make][] = [
  ['an HTTP API', (props) => McpEndpoint.httpApi(props as Parameters<typeof McpEndpoint.httpApi>[0])],
  ['a REST API', (props) => McpEndpoint.restApi(props as Parameters<typeof McpEndpoint.restApi>[0])],
];

function stackOf(env: object | undefined = ENV): Stack {
  return new Stack(new App(), 'Test', { env });
}

function certificateIn(stack: Stack, region = 'eu-central-1') {
  const arn = `arn:aws:acm:${region}:111122223333:certificate/11111111-2222-3333-4444-555555555555`;
  return Certificate.fromCertificateArn(stack, 'Certificate', arn);
}

function zoneIn(stack: Stack, zoneName = 'example.com') {
  return HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName });
}

/** Right in everything but what a test changes. */
function domainOf(stack: Stack, change: Partial<EndpointDomain> = {}): EndpointDomain {
  return { domainName: 'mcp.example.com', certificate: certificateIn(stack), hostedZone: zoneIn(stack), ...change };
}

describe.each(ENDPOINTS)('the domain of %s', (_name, make) => {
  const attempt = (stack: Stack, props: Props) => () => notesServer(stack, { endpoint: make(props) });

  test.each<[string, (stack: Stack) => Partial<EndpointDomain>]>([
    ['the zone itself', () => ({ domainName: 'example.com' })],
    ['two levels into the zone', () => ({ domainName: 'a.mcp.example.com' })],
    ['a name known when it is deployed', (stack) => ({ domainName: new CfnParameter(stack, 'Name').valueAsString })],
  ])('O1 may be %s', (_what, change) => {
    const stack = stackOf();
    attempt(stack, { domain: domainOf(stack, change(stack)) })();
    expect(onlyResource(Template.fromStack(stack), 'AWS::Route53::RecordSet').Properties.HostedZoneId).toBe('Z1');
  });

  test.each<[string, (stack: Stack) => EndpointDomain['hostedZone']]>([
    ['with a dot at its end', (stack) => zoneIn(stack, 'Example.com.')],
    ['by its id alone', (stack) => HostedZone.fromHostedZoneId(stack, 'Zone', 'Z1')],
    ['that is still to be looked up', (stack) => HostedZone.fromLookup(stack, 'Zone', { domainName: 'example.com' })],
    ['whose name is known when it is deployed', (stack) => zoneIn(stack, new CfnParameter(stack, 'Z').valueAsString)],
  ])('O1 may be in a zone %s', (_what, zone) => {
    const stack = stackOf();
    const domain = { domainName: 'mcp.example.com', certificate: certificateIn(stack), hostedZone: zone(stack) };
    expect(attempt(stack, { domain })).not.toThrow();
  });

  test('O1 may have a certificate of any region where the stack’s is open, and one known only at deploy time', () => {
    const open = new Stack(new App(), 'Test');
    expect(
      attempt(open, { domain: domainOf(open, { certificate: certificateIn(stackOf(), 'us-east-1') }) }),
    ).not.toThrow();
    const stack = stackOf();
    const certificate = Certificate.fromCertificateArn(stack, 'Later', new CfnParameter(stack, 'Arn').valueAsString);
    expect(attempt(stack, { domain: domainOf(stack, { certificate }) })).not.toThrow();
  });

  test.each<[string, (stack: Stack) => Partial<EndpointDomain>, RegExp]>([
    [
      'a host name of another zone',
      () => ({ domainName: 'mcp.other.com' }),
      /^domainName 'mcp.other.com' is not in the hosted zone 'example.com': give the zone it is in/,
    ],
    ['a host name that only ends like the zone', () => ({ domainName: 'mcpexample.com' }), /is not in the hosted zone/],
    [
      'an address instead of a name',
      () => ({ domainName: 'https://mcp.example.com' }),
      /^domainName .* is not a host name/,
    ],
    ['a name with a port', () => ({ domainName: 'mcp.example.com:8443' }), /^domainName .* is not a host name/],
    [
      'a certificate of another region',
      () => ({ certificate: certificateIn(stackOf(), 'us-east-1') }),
      /^the certificate of the domain is in 'us-east-1': give one of the stack's region, eu-central-1/,
    ],
    [
      'a certificate made in a stack of another region',
      () => {
        const elsewhere = stackOf({ ...ENV, region: 'us-east-1' });
        return { certificate: new Certificate(elsewhere, 'Made', { domainName: 'mcp.example.com' }) };
      },
      /^the certificate of the domain is in 'us-east-1'/,
    ],
    [
      'no certificate',
      () => ({ certificate: undefined }),
      /^the domain has no `certificate`: give one for the host name/,
    ],
    ['no zone', () => ({ hostedZone: undefined }), /^the domain has no `hostedZone`: give the zone/],
    ['no name', () => ({ domainName: undefined }), /^the domain has no `domainName`: give the host name/],
  ])('O1 fails with %s', (_what, change, message) => {
    const stack = stackOf();
    expect(attempt(stack, { domain: domainOf(stack, change(stack)) })).toThrow(message);
  });

  test.each([
    [{ rateLimit: 0 }, /^`throttle.rateLimit` is 0: write a number of requests per second above 0/],
    [{ rateLimit: -5 }, /^`throttle.rateLimit` is -5/],
    [{ rateLimit: Number.NaN }, /^`throttle.rateLimit` is NaN/],
    [{ burstLimit: 0 }, /^`throttle.burstLimit` is 0: write a whole number of requests at once, from 1/],
    [{ burstLimit: 1.5 }, /^`throttle.burstLimit` is 1.5/],
    [{ rateLimit: -5, burstLimit: 1.5 }, /^2 problems:/],
  ])('T5 fails with the throttle %j', (throttle, message) => {
    const stack = stackOf();
    expect(attempt(stack, { domain: domainOf(stack), throttle })).toThrow(message);
  });

  test('T5 takes half a request per second, and what is known only at deploy time', () => {
    const stack = stackOf();
    const burstLimit = new CfnParameter(stack, 'Burst', { type: 'Number' }).valueAsNumber;
    expect(attempt(stack, { domain: domainOf(stack), throttle: { rateLimit: 0.5, burstLimit } })).not.toThrow();
  });
});

test('O1 fails without anything, as JavaScript may call it', () => {
  const endpoint = (McpEndpoint.restApi as () => McpEndpoint)();
  expect(() => notesServer(stackOf(), { endpoint })).toThrow(/^McpEndpoint.restApi needs a domain/);
});
