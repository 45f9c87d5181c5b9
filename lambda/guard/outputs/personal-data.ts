/** Personal data in a text, by class; checked as far as the format has something to check. */
import { luhn, mod97 } from './checksums';
import type { Span } from './spans';

interface Rule {
  /** Whether a text, plain or JSON, may hold it; asked of every result. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  /** The length of what was found that counts; 0: nothing does. */
  readonly judge?: (found: string) => number;
}

const digitsOf = (text: string) => text.replace(/\D/g, '');
const whole = (holds: (found: string) => boolean) => (found: string) => (holds(found) ? found.length : 0);

/** Length of an IBAN by country (SWIFT IBAN registry). */
const IBAN_LENGTHS =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27GB22' +
  'GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MN20MR27' +
  'MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25SV28TL23TN24TR26UA29' +
  'VA22VG24XK20YE30';

/** Cut to the country's length: the words after it belong to the sentence. */
function ibanLength(found: string): number {
  const country = found.slice(0, 2).toUpperCase();
  const at = IBAN_LENGTHS.search(new RegExp(`${country}\\d`));
  const length = at < 0 ? 0 : Number(IBAN_LENGTHS.slice(at + 2, at + 4));
  let end = 0;
  for (let seen = 0; end < found.length && seen < length; end++) if (found[end] !== ' ') seen += 1;
  const iban = found.slice(0, end).replaceAll(' ', '').toUpperCase();
  const next = found[end];
  const ends = next === undefined || next === ' ';
  return length > 0 && iban.length === length && ends && mod97(iban) ? end : 0;
}

/** Issuer ranges and their lengths, as the schemes publish them. */
const CARD =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}|(?:50|5[6-9]|6[37])\d{10,17})$/;

const RULES: Readonly<Record<string, Rule>> = {
  email: {
    hint: /@/,
    pattern:
      /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,256}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,63}(?![\p{L}\p{N}-])/gu,
  },
  phone: {
    hint: /\d[-. ()/]{0,3}\d[-. ()/]{0,3}\d[-. ()/]{0,3}\d{2}/,
    pattern:
      /(?<![\w+.-]|\d[ -])(?:(?:\+|00)[1-9](?:[-. ()/]{0,3}\d){7,14}|(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4})(?![\w-]|\.\d)/g,
    judge: whole((found) => digitsOf(found).length <= 17),
  },
  iban: {
    hint: /[A-Za-z]{2}\d\d ?[A-Za-z0-9]{4}/,
    pattern: /(?<![A-Za-z0-9])[A-Za-z]{2}\d\d(?: ?[A-Za-z0-9]){11,34}/g,
    judge: ibanLength,
  },
  credit_card: {
    hint: /\d{4}[- ]?\d{4,6}[- ]?\d{4,5}/,
    pattern: /(?<![\w.-])\d(?:[- ]?\d){11,18}(?![\w-]|\.\d)/g,
    judge: whole((found) => CARD.test(digitsOf(found)) && luhn(digitsOf(found))),
  },
  us_ssn: {
    hint: /\d{3}[- ]\d\d[- ]\d{4}/,
    pattern: /(?<![\w-])(?!000|666|9)\d{3}([- ])(?!00)\d\d\1(?!0000)\d{4}(?![\w-])/g,
  },
  ip_address: {
    hint: /\d\.\d|[0-9A-Fa-f]?:[0-9A-Fa-f]{0,4}:/,
    pattern: /(?<![\w.-])(?:\d{1,3}(?:\.\d{1,3}){3}(?![\w-]|\.\d)|[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:]))/g,
    judge: whole((found) => /[.\d]/.test(found) && process.getBuiltinModule('node:net').isIP(found) !== 0),
  },
};

export const PERSONAL_DATA = Object.keys(RULES);

export interface PersonalData {
  mayHold(text: string): boolean;
  spans(text: string): Span[];
}

/** @throws for a class this runtime does not know: it would leave what was meant to stay. */
export function personalData(classes: readonly string[]): PersonalData {
  const rules = classes.map((name) => {
    const rule = RULES[name];
    if (rule === undefined) {
      throw new Error(`unknown class of personal data '${name}': use ${PERSONAL_DATA.join(', ')}`);
    }
    return { name, ...rule };
  });
  return {
    mayHold: (text) => rules.some(({ hint }) => hint.test(text)),
    spans: (text) =>
      rules.flatMap(({ name, pattern, hint, judge = whole(() => true) }) =>
        hint.test(text)
          ? [...text.matchAll(pattern)].flatMap((match) => {
              const length = judge(match[0]);
              return length === 0 ? [] : [{ start: match.index, end: match.index + length, name }];
            })
          : [],
      ),
  };
}
