/** What the template says about services, and what cannot be honoured. */
import { type Deployment, readDeployment } from '../../../local/deployment/deployment';
import { readAssembly } from '../../../local/template/assembly';
import type { Template } from '../../../local/template/template';
import { changed, withResource, writeAssembly } from '../fixtures/assembly';
import { APP, GUARD, SERVICE_STACK, SERVICE_TEMPLATE } from '../fixtures/small-service';

const deploy = (template: Template = SERVICE_TEMPLATE): Deployment =>
  readDeployment(readAssembly(writeAssembly([{ ...SERVICE_STACK, template }])), 4100);
const change = (logicalId: string, properties: Record<string, unknown>) =>
  changed(SERVICE_TEMPLATE, logicalId, properties);
const containers = (app: object, guard: object = {}) =>
  change('Task', {
    ContainerDefinitions: [
      { ...APP, ...app },
      { ...GUARD, ...guard },
    ],
  });

test('O4 a service has as many tasks as scaling leaves it at least', () => {
  expect(deploy().containers.services[0]?.desiredCount).toBe(2);
  expect(deploy(change('Service', { DesiredCount: 3 })).containers.services[0]?.desiredCount).toBe(3);
  const alone = withResource(SERVICE_TEMPLATE, 'Scaling', undefined);
  expect(deploy(alone).containers.services[0]?.desiredCount).toBe(1);
});

test('containers come with command, limits and variables under local origins', () => {
  const [app, guard] = deploy().containers.services[0]?.task.containers ?? [];
  expect(app?.argv).toEqual([process.execPath, 'index.mjs']);
  expect(app?.folder).toMatch(/asset\.app$/);
  expect(guard).toMatchObject({
    variables: { MCP_RESOURCE: 'http://localhost:4100/mcp' },
    dependsOn: [{ container: 'App', condition: 'START' }],
    healthCheck: { argv: [process.execPath, 'index.mjs', 'health'], intervalMs: 5000, timeoutMs: 5000, retries: 3 },
    mappedPorts: [8080],
    stopMs: 5000,
  });
});

test('the route leads to the listener, through the link', () => {
  const { apis, containers: spec } = deploy();
  const { proxy } = apis[0]?.routes.find(({ key }) => key === 'POST /mcp') ?? {};
  expect(proxy?.linkId).toBe(spec.links[0]?.id);
  expect(proxy?.listenerArn).toBe(spec.loadBalancers[0]?.listeners[0]?.arn);
  expect(proxy?.listenerArn).toMatch(
    /^arn:aws:elasticloadbalancing:eu-central-1:\d{12}:listener\/app\/[\w-]+\/\w{16}\/\w{16}$/,
  );
});

test('O1 nothing but the guard’s port is open to the load balancer, or the start stops', () => {
  expect(() => deploy(withResource(SERVICE_TEMPLATE, 'FromBalancer', undefined))).not.toThrow();
  expect(() => deploy(withResource(SERVICE_TEMPLATE, 'IntoTask', undefined))).toThrow(
    'the security groups let nothing from Balancer to port 8080 of Service: its tasks would never be healthy',
  );
});

test('what is left out knowingly is said', () => {
  const notes = deploy(containers({ ReadonlyRootFilesystem: true, User: '1000' })).notes.join('\n');
  expect(notes).toContain('Scaling (MaxCapacity): there are always as many tasks');
  expect(notes).toContain('Task (ContainerDefinitions.User): containers run as the user who started this');
  expect(notes).toContain('(ContainerDefinitions.ReadonlyRootFilesystem): containers have the file system');
});

test.each<[string, Template, string]>([
  [
    'an image of a registry',
    containers({ Image: 'python:3.13' }),
    "the container App of Task runs the image 'python:3.13' of a registry, and no containers run here: use ContainerImage.fromAsset",
  ],
  [
    'a port that is not mapped',
    containers({}, { PortMappings: [] }),
    'leads to port 8080 of Guard, which is not mapped',
  ],
  [
    'a health check for a shell',
    containers({}, { HealthCheck: { Command: ['CMD-SHELL', 'curl x'] } }),
    'is a line for a shell',
  ],
  [
    'another dependency',
    containers({}, { DependsOn: [{ ContainerName: 'App', Condition: 'SUCCESS' }] }),
    'waits for SUCCESS of another',
  ],
  ['a property nobody knows', containers({ Interactive: true }), 'property ContainerDefinitions.Interactive of Task'],
  ['a network of its own', change('Task', { NetworkMode: 'bridge' }), 'NetworkMode of Task is "bridge"'],
  ['servers to run on', change('Service', { LaunchType: 'EC2' }), 'LaunchType of Service is "EC2"'],
  [
    'another deployment',
    change('Service', { DeploymentController: { Type: 'CODE_DEPLOY' } }),
    'deployed by CODE_DEPLOY',
  ],
  [
    'a public load balancer',
    change('Balancer', { Scheme: 'internet-facing' }),
    'Scheme of Balancer is "internet-facing"',
  ],
  [
    'an attribute nobody knows',
    change('Balancer', { LoadBalancerAttributes: [{ Key: 'routing.x', Value: '1' }] }),
    "routing.x of Balancer is '1', which cannot be honoured here",
  ],
  [
    'sticky sessions',
    change('Targets', { TargetGroupAttributes: [{ Key: 'stickiness.enabled', Value: 'true' }] }),
    "stickiness.enabled of Targets is 'true'",
  ],
  ['targets that are no addresses', change('Targets', { TargetType: 'lambda' }), 'TargetType of Targets is "lambda"'],
  [
    'an action nobody knows',
    change('Listener', { DefaultActions: [{ Type: 'redirect', RedirectConfig: {} }] }),
    'property DefaultActions.RedirectConfig of Listener',
  ],
  ['a proxy to the internet', change('Integration', { ConnectionType: 'INTERNET' }), 'ConnectionType of Integration'],
  [
    'a listener of another',
    change('Integration', { IntegrationUri: 'https://x' }),
    'is no listener of an application load balancer',
  ],
  [
    'a reserved header',
    change('Integration', { RequestParameters: { 'overwrite:header.Authorization': 'x' } }),
    "the header Authorization of Integration is API Gateway's own",
  ],
  [
    'more than a task definition holds',
    containers({ Environment: [{ Name: 'A', Value: 'x'.repeat(65_536) }] }),
    '65536 bytes',
  ],
])('refuses %s', (_, template, message) => {
  expect(() => deploy(template)).toThrow(message);
});
