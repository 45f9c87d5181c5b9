/** Does a description say that a credential is to be handed over? Most that name one only speak of it. */

const CREDENTIAL =
  "(?:passwords?|pass ?phrases?|passcodes?|api[ -]?keys?|access keys?|access tokens?|auth(?:entication|orization)? tokens?|bearer tokens?|refresh tokens?|session tokens?|api tokens?|secret keys?|private keys?|client secrets?|credentials?|personal access tokens?|one[ -]?time (?:passwords?|codes?|passcodes?)|verification codes?|card(?:['’]s)? security codes?|security codes?(?=[^.]*\\b(?:card|cvv|cvc))|2fa codes?|mfa codes?|otp(?: codes?)?|seed phrases?|recovery phrases?|pin codes?|login pin)";

/** After the word it is something else: a policy, an id, a name. */
const NOT_ELSE =
  "(?![\\w-])(?!['’]s)(?! (?:policy|policies|id|ids|name|names|arn|arns|aliases|alias|length|strength|rules?|type|types|hint|hints|reset|manager|managers|field|fields|store|entry|entries|expir\\w+|rotation|status|count|limit|endpoint|url|scopes?|format|hash(?:es)?|age|history|provider|management|requirements?|generator|protected|settings?|references?|lifetime|usage|profiles?|files?(?! contents?\\b)|paths?|labels?|prefix(?:es)?|audiences?|regions?|recovery email|to list)\\b)";

/** Words that may stand before it without changing what it is. */
const OF =
  "(?:(?:the|a|an|your|their|his|her|user|users|account|valid|current|new|old|existing|plain[ -]?text|raw|own|github|gitlab|slack|aws|database|db|admin|login|service|email|openai|stripe|jira|secret|personal|optional|required|master|root|wifi|bank|card|[a-z]+['’]s) )";

/** The whole description is its name. */
const IS = new RegExp(`^\\W*${OF}*${CREDENTIAL}${NOT_ELSE}`, 'i');

/** Somebody is told to hand it over. */
const ASKED = new RegExp(
  `(?:^|[.;:,(] ?|\\b(?:please|must|should|to|and|then|user|they|you|can|will) )(?:enter|enters|provide|provides|supply|supplies|paste|type|give|submit|input|pass|send|specify|ask (?:the user |them |him |her )?for|asks (?:the user )?for|prompt(?:s)? (?:the user )?for|requires|needs|collects?|request) (?:us |me |in )?${OF}*${CREDENTIAL}${NOT_ELSE}`,
  'i',
);

/** Most descriptions name none; the others are worth the longer look. */
const MENTIONED = new RegExp(CREDENTIAL, 'i');

/** Between sentences. */
const END = /(?<=[.!?\n])\s+/;

const REFUSES = /\b(?:never|not|don['’]?t|cannot|can't|without|no need|instead of|rather than|avoid|except)\b/i;

/** What is not taken at all; "not empty" and "never stored" are said of what is. */
const NOT_TAKEN = /\b(?:never|not|no longer) (?:be )?(?:accepted|allowed|permitted|supported|asked for|wanted|read)\b/i;

/** The description of one property. */
export function describesCredential(text: string): boolean {
  return text.length <= LONG && MENTIONED.test(text) && (is(text) || asks(text));
}

function is(text: string): boolean {
  return IS.test(text) && !NOT_TAKEN.test(text.split(END)[0] ?? '');
}

/** A description of something larger, a tool or an object. */
export function asks(text: string): boolean {
  return (
    text.length <= LONG && MENTIONED.test(text) && text.split(END).some((one) => ASKED.test(one) && !REFUSES.test(one))
  );
}

/** Characters that are read; what is beyond is not a description of one property. */
const LONG = 10_000;
