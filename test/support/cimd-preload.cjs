/**
 * Leads one host name to a server on this computer, from outside the program: the name resolves to a public address,
 * and a TLS connection to that address is carried to loopback. Every check the program makes it makes as ever; the
 * authority is given by NODE_EXTRA_CA_CERTS.
 *
 * TEST_CIMD_HOST, TEST_CIMD_PORT: the name, and where its server listens.
 */
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const tls = require('node:tls');

const { TEST_CIMD_HOST: host, TEST_CIMD_PORT: port } = process.env;
const PUBLIC = { address: '93.184.215.14', family: 4 };

if (host && port) {
  const { lookup } = dns;
  const promised = dns.promises.lookup;
  const { connect } = tls;

  dns.promises.lookup = async (name, options) =>
    name === host ? (options?.all ? [PUBLIC] : PUBLIC) : promised.call(dns.promises, name, options);

  dns.lookup = (name, options, done) => {
    if (name !== host) return lookup.call(dns, name, options, done);
    const answer = typeof options === 'function' ? options : done;
    process.nextTick(() => (options?.all ? answer(null, [PUBLIC]) : answer(null, PUBLIC.address, PUBLIC.family)));
  };

  tls.connect = (...given) => {
    const [options, ...rest] = given;
    if (options?.host !== host) return connect.apply(tls, given);
    let carried;
    options.lookup?.(host, {}, (_error, address) => {
      carried = address;
    });
    if (carried !== PUBLIC.address) throw new Error(`connection to '${host}' without the address that was checked`);
    return connect({ ...options, servername: host, host: '127.0.0.1', port: Number(port), lookup: undefined }, ...rest);
  };
  syncBuiltinESMExports();
}
