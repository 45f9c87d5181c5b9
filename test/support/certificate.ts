/**
 * Throw-away certificates (RFC 5280), as few bytes of DER as a TLS client accepts: an authority of its own and one
 * server certificate, both for a day. Node has no call that makes a certificate.
 */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certificates {
  /** PEM of the authority, for `ca` or NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
  /** PEM of the server's certificate and key. */
  readonly certificate: string;
  readonly key: string;
}

/** Certificates for a server of this name. */
export function certificatesFor(host: string): Certificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = `throw-away authority for ${host}`;
  const isAuthority = extension('2.5.29.19', sequence(tagged(0x01, Buffer.from([0xff]))));
  const names = extension('2.5.29.17', sequence(tagged(0x82, Buffer.from(host))));
  return {
    authority: certificate({ issuer, subject: issuer, of: authority.publicKey, by: authority.privateKey }, isAuthority),
    certificate: certificate({ issuer, subject: host, of: server.publicKey, by: authority.privateKey }, names),
    key: createPrivateKey(server.privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
      type: 'pkcs8',
      format: 'pem',
    }) as string,
  };
}

interface Content {
  readonly issuer: string;
  readonly subject: string;
  readonly of: KeyObject;
  readonly by: KeyObject;
}

const DAY = 24 * 60 * 60 * 1000;

function certificate({ issuer, subject, of, by }: Content, extensions: Buffer): string {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2')); // ECDSA with SHA-256
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), // version 3
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    name(issuer),
    sequence(time(Date.now() - DAY), time(Date.now() + DAY)),
    name(subject),
    of.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(extensions)),
  );
  const der = sequence(content, algorithm, bits(sign('sha256', content, by)));
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const bits = (bytes: Buffer): Buffer => tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
const time = (at: number): Buffer =>
  tagged(
    0x17,
    Buffer.from(
      `${new Date(at)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );
const name = (commonName: string): Buffer =>
  sequence(tagged(0x31, sequence(oid('2.5.4.3'), tagged(0x0c, Buffer.from(commonName)))));
const extension = (id: string, content: Buffer): Buffer => sequence(oid(id), tagged(0x04, content));

function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return tagged(0x06, Buffer.from(bytes));
}
