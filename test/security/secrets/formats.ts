/** Secrets as their issuers document them, made at run time: none stands in this repository. */
import { generateKeyPairSync, type KeyExportOptions, type KeyObject } from 'node:crypto';
import { ALNUM, BASE64, BASE64URL, DIGITS, HEX, LOWER, type Random, signedToken, UPPER, uuid } from './random';

export interface Format {
  /** The class that should find it. */
  readonly name: string;
  readonly make: (random: Random) => string;
}

const exported = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1') =>
  key.export({ type, format: 'pem' } as KeyExportOptions<'pem'>).toString();
const KEYS = [
  () => exported(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'pkcs8'),
  () => exported(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'sec1'),
  () => exported(generateKeyPairSync('ed25519').privateKey, 'pkcs8'),
  () => exported(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey, 'pkcs1'),
];

function armoured(label: string, random: Random): string {
  const lines =
    random
      .bytes(240)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

const WORDS = ['Summer', 'winter', 'Dragon', 'monkey', 'Berlin', 'coffee', 'Tiger', 'rocket', 'Falcon', 'purple'];

export const FORMATS: readonly Format[] = [
  { name: 'private_key', make: (r) => r.pick(KEYS)() },
  { name: 'private_key', make: (r) => armoured('OPENSSH PRIVATE KEY', r) },
  { name: 'private_key', make: (r) => armoured('PGP PRIVATE KEY BLOCK', r) },
  { name: 'private_key', make: (r) => armoured('ENCRYPTED PRIVATE KEY', r) },
  { name: 'aws_access_key', make: (r) => `${r.pick(['AKIA', 'ASIA'])}${r.text(16, `${UPPER}234567`)}` },
  { name: 'aws_session_token', make: (r) => `IQoJb3JpZ2lu${'X2Vj'}${r.text(300 + r.below(200), BASE64)}==` },
  { name: 'google_key', make: (r) => `AIza${r.text(35, `${BASE64URL}`)}`.replace(/[-_]$/, 'a') },
  { name: 'google_key', make: (r) => `ya29.${'a0Af'}${r.text(150, BASE64URL)}` },
  { name: 'google_key', make: (r) => `GOCSPX-${r.text(27, BASE64URL)}a` },
  { name: 'google_key', make: (r) => `1//0${r.text(60, BASE64URL)}` },
  { name: 'azure_key', make: (r) => `${r.text(3, ALNUM)}8Q~${r.text(34, ALNUM)}` },
  { name: 'azure_key', make: (r) => `${r.text(76, ALNUM)}AZDO${r.text(4, ALNUM)}` },
  { name: 'github_token', make: (r) => `gh${r.pick(['p', 'o', 'u', 's', 'r'])}_${r.text(36, ALNUM)}` },
  { name: 'github_token', make: (r) => `github_pat_${r.text(22, ALNUM)}_${r.text(59, ALNUM)}` },
  { name: 'gitlab_token', make: (r) => `gl${r.pick(['pat', 'dt', 'rt', 'ptt', 'cbt'])}-${r.text(20, BASE64URL)}` },
  { name: 'gitlab_token', make: (r) => `glpat-${r.text(27, BASE64URL)}.01.${r.text(9, LOWER + DIGITS)}` },
  {
    name: 'slack_token',
    make: (r) => `xox${r.pick(['b', 'p', 'a', 's'])}-${r.text(12, DIGITS)}-${r.text(12, DIGITS)}-${r.text(24, ALNUM)}`,
  },
  {
    name: 'slack_token',
    make: (r) => `xapp-1-A${r.text(10, UPPER + DIGITS)}-${r.text(13, DIGITS)}-${r.text(64, HEX)}`,
  },
  {
    name: 'slack_token',
    make: (r) =>
      `https://hooks.slack.com/services/T${r.text(10, UPPER)}/B${r.text(10, UPPER + DIGITS)}/${r.text(24, ALNUM)}`,
  },
  { name: 'stripe_key', make: (r) => `${r.pick(['sk', 'rk'])}_${r.pick(['live', 'test'])}_${r.text(24, ALNUM)}` },
  { name: 'stripe_key', make: (r) => `sk_live_51${r.text(97, ALNUM)}` },
  { name: 'stripe_key', make: (r) => `whsec_${r.text(32, ALNUM)}` },
  { name: 'npm_token', make: (r) => `npm_${r.text(36, ALNUM)}` },
  { name: 'pypi_token', make: (r) => `pypi-AgE${'IcHlwaS5vcmc'}${r.text(140, BASE64URL)}` },
  { name: 'twilio_key', make: (r) => `SK${r.text(32, HEX)}` },
  { name: 'sendgrid_key', make: (r) => `SG.${r.text(22, BASE64URL)}.${r.text(43, BASE64URL)}` },
  { name: 'openai_key', make: (r) => `sk-proj-${r.text(74, BASE64URL)}T3BlbkFJ${r.text(74, BASE64URL)}` },
  { name: 'openai_key', make: (r) => `sk-${r.text(20, ALNUM)}T3BlbkFJ${r.text(20, ALNUM)}` },
  { name: 'anthropic_key', make: (r) => `sk-ant-${r.pick(['api', 'admin', 'oat'])}03-${r.text(93, BASE64URL)}AA` },
  { name: 'jwt', make: signedToken },
  {
    name: 'jwt',
    make: (r) => {
      const header = Buffer.from(JSON.stringify({ alg: 'RSA-OAEP', enc: 'A256GCM' })).toString('base64url');
      const part = (bytes: number) => r.bytes(bytes).toString('base64url');
      return `${header}.${part(128)}.${part(12)}.${part(200)}.${part(16)}`;
    },
  },
  { name: 'api_key', make: (r) => `hf_${r.text(34, LOWER + UPPER)}` },
  { name: 'api_key', make: (r) => `dop_v1_${r.text(64, HEX)}` },
  { name: 'api_key', make: (r) => `shpat_${r.text(32, HEX)}` },
  { name: 'api_key', make: (r) => `key-${r.text(32, HEX)}` },
  { name: 'api_key', make: (r) => `${r.text(32, HEX)}-us${1 + r.below(20)}` },
  { name: 'api_key', make: (r) => `${1 + r.below(9)}${r.text(9, DIGITS)}:AA${r.text(32, BASE64URL)}a` },
  { name: 'api_key', make: (r) => `https://discord.com/api/webhooks/${r.text(18, DIGITS)}/${r.text(68, BASE64URL)}` },
  { name: 'api_key', make: (r) => `dapi${r.text(32, HEX)}` },
  { name: 'api_key', make: (r) => `hvs.${r.text(24, ALNUM)}` },
  { name: 'api_key', make: (r) => `${r.text(14, ALNUM)}.atlasv1.${r.text(67, ALNUM)}` },
  { name: 'api_key', make: (r) => `dckr_pat_${r.text(27, BASE64URL)}` },
  { name: 'api_key', make: (r) => `NRAK-${r.text(27, UPPER + DIGITS)}` },
  { name: 'api_key', make: (r) => `glsa_${r.text(32, ALNUM)}_${r.text(8, HEX)}` },
  { name: 'api_key', make: (r) => `lin_api_${r.text(40, ALNUM)}` },
  { name: 'api_key', make: (r) => `PMAK-${r.text(24, HEX)}-${r.text(34, HEX)}` },
  { name: 'api_key', make: (r) => `rubygems_${r.text(48, HEX)}` },
  { name: 'api_key', make: (r) => `gsk_${r.text(52, ALNUM)}` },
  { name: 'api_key', make: (r) => `pat-na1-${uuid(r)}` },
  { name: 'api_key', make: (r) => `sbp_${r.text(40, HEX)}` },
];

/** What people choose, and what generators do. */
export function password(random: Random): string {
  const word = random.pick(WORDS);
  switch (random.below(5)) {
    case 0:
      return `${word}${2000 + random.below(30)}!`;
    case 1:
      return `${word}${random.text(2 + random.below(3), DIGITS)}`;
    case 2:
      return word.replace('o', '0').replace('i', '1').replace('e', '3').replace('a', '4') + random.text(3, DIGITS);
    case 3:
      return `${random.text(15, ALNUM)}${random.pick([...'!@#$%^*-_=+?'])}${random.text(4, ALNUM)}7a`;
    default:
      return `${random.text(1, UPPER)}${random.text(9, LOWER)}${random.pick([...'!@#$%^*'])}${random.text(2, DIGITS)}`;
  }
}

/** Without a format: hexadecimal, base64, identifiers. */
export function randomValue(random: Random): string {
  switch (random.below(4)) {
    case 0:
      return random.text(random.pick([32, 40, 64]), HEX);
    case 1:
      return random.bytes(random.pick([24, 32, 48])).toString('base64');
    case 2:
      return uuid(random);
    default:
      return `${random.text(random.pick([22, 40, 64]), ALNUM)}7a`;
  }
}
