import { isPublicAddress } from '../../../../lambda/broker/clients/addresses';

test.each(['93.184.215.14', '8.8.8.8', '172.15.255.255', '172.32.0.1', '2606:4700::6810:84e5', '2a00:1450:4001::1'])(
  'A8 %s is public',
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  ['this network', '0.0.0.0'],
  ['this network', '0.1.2.3'],
  ['private', '10.0.0.1'],
  ['private', '172.16.0.1'],
  ['private', '172.31.255.255'],
  ['private', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['loopback', '127.0.0.1'],
  ['loopback', '127.255.255.254'],
  ['instance metadata', '169.254.169.254'],
  ['task metadata', '169.254.170.2'],
  ['protocol assignments', '192.0.0.170'],
  ['documentation', '192.0.2.1'],
  ['documentation', '198.51.100.1'],
  ['documentation', '203.0.113.1'],
  ['6to4 relay', '192.88.99.1'],
  ['benchmarking', '198.18.0.1'],
  ['multicast', '224.0.0.1'],
  ['reserved', '240.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['unspecified', '::'],
  ['loopback', '::1'],
  ['loopback, written out', '0:0:0:0:0:0:0:1'],
  ['IPv4-compatible', '::127.0.0.1'],
  ['IPv4-mapped', '::ffff:10.0.0.1'],
  ['IPv4-mapped in hexadecimal', '::ffff:7f00:1'],
  ['IPv4-mapped, public inside', '::ffff:8.8.8.8'],
  ['IPv4-translated', '::ffff:0:10.0.0.1'],
  ['NAT64', '64:ff9b::a00:1'],
  ['NAT64, public inside', '64:ff9b::8.8.8.8'],
  ['NAT64 of one’s own', '64:ff9b:1::1'],
  ['6to4', '2002:7f00:1::'],
  ['Teredo', '2001:0:1::1'],
  ['ORCHID', '2001:20::1'],
  ['documentation', '2001:db8::1'],
  ['documentation', '3fff::1'],
  ['unique local', 'fc00::1'],
  ['instance metadata', 'fd00:ec2::254'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['public with a zone', '2606:4700::1%eth0'],
  ['site-local', 'fec0::1'],
  ['segment routing', '5f00::1'],
  ['multicast', 'ff02::1'],
  ['discard', '100::1'],
  ['never assigned', '4000::1'],
])('A8 %s is not public: %s', (_what, address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '8.8.8.8 ', '[2606:4700::1]', 'localhost', ''])(
  'A8 %j is no address as a resolver writes it, so not public',
  (address) => {
    expect(isPublicAddress(address)).toBe(false);
  },
);
