/** A class of personal data that is redacted from what leaves a server. */
export class PersonalData {
  /** E-mail addresses. */
  public static readonly EMAIL = new PersonalData('email');

  /** Phone numbers: international ones with `+` or `00`, and North American ones with separators. */
  public static readonly PHONE = new PersonalData('phone');

  /** International bank account numbers whose check digits are right. */
  public static readonly IBAN = new PersonalData('iban');

  /** Card numbers of the known issuers whose check digit is right. */
  public static readonly CREDIT_CARD = new PersonalData('credit_card');

  /** Social security numbers of the United States, written with separators. */
  public static readonly US_SSN = new PersonalData('us_ssn');

  /** IPv4 and IPv6 addresses. */
  public static readonly IP_ADDRESS = new PersonalData('ip_address');

  private constructor(
    /** The name in audit records. */
    public readonly name: string,
  ) {}
}
