/**
 * Does a name stand for a credential? The last word decides what a thing is (`password_policy` is a policy, and
 * `reset_password` a password), the words before it which kind it is (`page_token` is no `access_token`).
 */
import { wordsOf } from './words';

/** What these are is a credential, whatever stands before; but for what is listed with them. */
const CREDENTIALS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    password: '',
    passwd: '',
    passwort: '',
    kennwort: '',
    wachtwoord: '',
    senha: '',
    contrasena: '',
    contraseña: '',
    motdepasse: '',
    пароль: '',
    密码: '',
    密碼: '',
    パスワード: '',
    비밀번호: '',
    pwd: '',
    passphrase: '',
    passcode: '',
    secret: 'top is non open trade',
    credential: 'verifiable academic is',
    cred: '',
    otp: 'is',
    totp: 'is',
    authorization: 'is pre prior payment',
    bearer: '',
    jwt: 'is',
    cvv: '',
    cvc: '',
  }).map(([word, but]) => [word, new Set(but.split(' '))]),
);

/** A token is taken for a credential unless one of these, which are many, stands before it. */
const HARMLESS_TOKENS = new Set(
  `page next previous prev continuation continue cursor start starting end ending sync delta resume resumption
  pagination paging list scroll offset search watch stream position request idempotency client dedup deduplication
  max min maximum minimum num number count total limit stop eos bos pad padding unk unknown mask sep separator cls
  special prompt completion input output reasoning thinking budget context cached word text sub lexer parse syntax
  erc erc20 erc721 nft lp reward native gas base quote from to in out pay sell buy swap source target destination
  payment governance stable wrapped underlying collateral staking design theme color css placeholder template merge
  change checkpoint snapshot lock lease fencing concurrency version etag snapshotting order sort group first last
  a b x y crypto digital utility fungible mint spl collection query
  captcha recaptcha task is has use needs include
  confirmation confirm approval preview progress creation update configuration sequence forward after job poll result
  history bookmark upload iterator execution opaque callback device invite`.split(/\s+/),
);

/** A key is a credential only where one of these says so: most keys open nothing. */
const SECRET_KEYS = new Set(
  `api secret private access encryption decryption signing auth authentication authorization service admin master
  consumer app application developer dev account storage subscription license licence functions host webhook hmac
  rsa ecdsa tls ssl pem integration rest server client session wallet shared symmetric aes
  openai anthropic stripe sendgrid github gitlab aws azure gcp google datadog mailgun twilio huggingface gemini`.split(
    /\s+/,
  ),
);
/** With these between or before, it is not: a key that names something, or is meant to be shown. */
const PLAIN_KEYS = new Set('public primary foreign partition sort hash range kms'.split(' '));
/** A key of one of these alone is as often an address as a secret. */
const AMBIGUOUS_KEYS = new Set('service client host google server storage account'.split(' '));

const SECRET_CODES = new Set(
  'otp totp mfa 2fa tfa twofactor factor verification auth authentication authorization recovery backup login sms pass access'.split(
    ' ',
  ),
);
const SECRET_PINS = new Set('card account sim user security bank login access atm debit secret'.split(' '));
const SECRET_PASSES = new Set(
  'db database smtp imap ftp sftp user mail email root admin login ssh http proxy account'.split(' '),
);
const SECRET_PHRASES = new Set('seed recovery pass backup secret mnemonic wallet'.split(' '));
const SECRET_STRINGS = new Set(['connection']);
const SECRET_COOKIES = new Set(['session', 'auth', 'login']);

/** Words after which a thing is still what it was. */
const SAME = new Set(
  'value string text str plaintext plain raw input field again confirm confirmation repeat verify pem base b hex utf header current new old'.split(
    ' ',
  ),
);

/** What a name stands for; undefined: no credential. */
export function credentialNamed(name: string): string | undefined {
  // Pairs of coins are numbered; credentials hardly ever are.
  if (/^tokens?[_-]?\d+$/i.test(name)) return undefined;
  const words = wordsOf(name);
  if (credentialIn(words) !== undefined) return credentialIn(words);
  while (words.length > 1 && SAME.has(words.at(-1) ?? '')) words.pop();
  while (words.length > 1 && /^\p{N}+$/u.test(words.at(-1) ?? '')) words.pop();
  return credentialIn(words);
}

/** The same of words already taken apart. */
export function credentialIn(words: readonly string[]): string | undefined {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  if (words.join(' ').endsWith('access key id') && !before.includes('kms')) return 'access key';
  const head = singular(last);
  const unless = CREDENTIALS.get(head);
  if (unless !== undefined) return before.some((word) => unless.has(word)) || isQuestion(before) ? undefined : head;
  const nearest = before.at(-1) ?? '';
  switch (head) {
    case 'token':
      if (isQuestion(before) || HARMLESS_TOKENS.has(nearest)) return undefined;
      // Many tokens without a kind are words of a text or coins.
      return last === 'tokens' && before.length === 0 ? undefined : 'token';
    case 'key':
      if (before.some((word) => PLAIN_KEYS.has(word)) || !SECRET_KEYS.has(nearest)) return undefined;
      return AMBIGUOUS_KEYS.has(nearest) && before.length === 1 ? undefined : 'key';
    case 'code':
      return SECRET_CODES.has(nearest) || before.slice(-2).join(' ') === 'one time' ? 'code' : undefined;
    case 'pin':
      return SECRET_PINS.has(nearest) ? 'PIN' : undefined;
    case 'pass':
      return SECRET_PASSES.has(nearest) ? 'password' : undefined;
    case 'auth':
      return nearest === 'basic' ? 'password' : undefined;
    case 'phrase':
      return SECRET_PHRASES.has(nearest) ? 'phrase' : undefined;
    case 'string':
      return SECRET_STRINGS.has(nearest) ? 'connection string' : undefined;
    case 'cookie':
      return SECRET_COOKIES.has(nearest) ? 'cookie' : undefined;
    case 'mnemonic':
      return nearest === 'wallet' || nearest === 'seed' ? 'phrase' : undefined;
    default:
      return words.join(' ') === 'mot de passe' ? 'password' : undefined;
  }
}

/** `has_password`, `show_secret`: asked about, not asked for. */
function isQuestion(before: readonly string[]): boolean {
  return /^(?:is|has|have|show|hide|needs?|requires?|include|with|allow|enable|disable|generate|rotate|expire|skip)$/.test(
    before[0] ?? '',
  );
}

function singular(word: string): string {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}
