import { type Firewall, mayConnect, type Peer } from '../../../local/deployment/containers/firewall';

const tcp = (port: number, group: string) => ({ protocol: 'tcp', from: port, to: port, group });
const firewall: Firewall = new Map([
  ['link', { ingress: [], egress: [tcp(80, 'balancer')] }],
  ['balancer', { ingress: [tcp(80, 'link')], egress: [tcp(8080, 'task')] }],
  ['task', { ingress: [tcp(8080, 'balancer')], egress: [{ protocol: 'tcp', from: 443, to: 443, cidr: '0.0.0.0/0' }] }],
  ['open', { ingress: [], egress: [{ protocol: '-1', from: 0, to: 65_535, cidr: '0.0.0.0/0' }] }],
  ['inside', { ingress: [{ protocol: 'tcp', from: 8000, to: 8100, cidr: '10.0.0.0/16' }], egress: [] }],
  ['half', { ingress: [{ protocol: 'tcp', from: 8080, to: 8080, cidr: '10.0.0.0/17' }], egress: [] }],
  ['datagrams', { ingress: [{ protocol: 'udp', from: 0, to: 65_535, group: 'open' }], egress: [] }],
]);
const peer = (group: string): Peer => ({ groups: [group], ranges: ['10.0.0.0/17', '10.0.128.0/17'] });

test.each([
  ['link to load balancer', 'link', 'balancer', 80, true],
  ['load balancer to the guard', 'balancer', 'task', 8080, true],
  ['load balancer to the app, past the guard', 'balancer', 'task', 3000, false],
  ['link to the guard, past the load balancer', 'link', 'task', 8080, false],
  ['anyone to the load balancer', 'open', 'balancer', 80, false],
  ['anyone to the guard', 'open', 'task', 8080, false],
  ['a task to another', 'task', 'task', 8080, false],
  ['the load balancer to another port of itself', 'link', 'balancer', 81, false],
  ['addresses of the network, within the range of ports', 'open', 'inside', 8080, true],
  ['addresses of the network, beyond it', 'open', 'inside', 8101, false],
  ['addresses of one subnet of two', 'open', 'half', 8080, false],
  ['another protocol', 'open', 'datagrams', 8080, false],
  ['a group nobody knows', 'elsewhere', 'balancer', 80, false],
])('O1 %s', (_, from, to, port, passes) => {
  expect(mayConnect(firewall, peer(from), peer(to), port)).toBe(passes);
});

test('O1 what has no group and no addresses gets nowhere', () => {
  expect(mayConnect(firewall, { groups: [], ranges: [] }, peer('inside'), 8080)).toBe(false);
  expect(mayConnect(firewall, { groups: ['open'], ranges: [] }, peer('inside'), 8080)).toBe(false);
});
