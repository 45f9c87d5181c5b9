/**
 * Formats of secrets that their issuers document, each with a fixed prefix or mark. All are linear: no part of a
 * pattern can match a text in two ways. docs/output-policy.md says which classes there are and what they miss.
 */

/** What precedes and follows the mark; the mark itself is looked for first, in a whole result at once. */
export type Format = readonly [mark: string, after: string, before?: string];

export const SECRET_FORMATS: Readonly<Record<string, readonly Format[]>> = {
  private_key: [
    // To its end, or to the end of the text: half a key is a secret too. A header named in a sentence is none.
    [
      'PRIVATE KEY(?: BLOCK)?-----?',
      '(?=[\\r\\n]|\\\\+[nr]|[A-Za-z0-9+/]|\\s+[A-Za-z0-9+/]{24})' +
        '(?:[^]*?-----?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----?|[^]*$)',
      '-----? ?BEGIN [A-Z0-9 ]{0,40}',
    ],
    ['PuTTY-User-Key-File-', '\\d[^]*$'],
    ['AGE-SECRET-KEY-1', '[A-Z0-9]{58}'],
  ],
  aws_access_key: [['A(?:KI|SI|BI|CC)A', '[A-Z2-7]{16}']],
  aws_session_token: [['(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)', '[A-Za-z0-9/+=]{60,}']],
  google_key: [
    ['AIza', '[\\w-]{35}(?!-)'],
    ['ya29\\.', '[\\w.-]{20,}'],
    ['GOCSPX-', '[\\w-]{28}'],
    ['1//0', '[\\w-]{40,}'],
  ],
  azure_key: [
    ['Q~', '[\\w~.-]{31,34}', '(?<![~.])[\\w~.]{3}\\d'],
    ['AZDO', '[A-Za-z0-9]{4}', '[A-Za-z0-9]{76}'],
    ['sig=', '[A-Za-z0-9%/+]{40,60}(?:%3[Dd]|=)'],
  ],
  github_token: [
    ['gh[pousr]_', '[A-Za-z0-9]{36,}'],
    ['github_pat_', '[A-Za-z0-9_]{60,}'],
  ],
  gitlab_token: [
    ['gl(?:pat|ptt|dt|rt|rtr|cbt|ft|soat|agent|imt|oas|ffct)-', '[\\w.-]{20,}'],
    ['GR1348941', '[\\w-]{20}'],
  ],
  slack_token: [
    ['xox[abeoprs]-', '[A-Za-z0-9-]{10,}'],
    ['xapp-\\d-', '[A-Za-z0-9-]{20,}'],
    ['hooks\\.slack\\.com/', '(?:services|workflows|triggers)/[\\w/-]{20,}'],
  ],
  stripe_key: [
    ['[sr]k_(?:live|test|prod)_', '[A-Za-z0-9]{16,}'],
    ['whsec_', '[A-Za-z0-9+/]{32,}'],
  ],
  npm_token: [['npm_', '[A-Za-z0-9]{36}']],
  pypi_token: [['pypi-AgE', '[\\w-]{50,}']],
  twilio_key: [['SK[0-9a-f]{4}', '[0-9a-f]{28}']],
  sendgrid_key: [['SG\\.[\\w-]{4}', '[\\w-]{18}\\.[\\w-]{43}']],
  openai_key: [
    ['sk-(?:proj|svcacct|admin)-', '[\\w-]{20,}'],
    ['sk-[A-Za-z0-9]{6}', '[A-Za-z0-9]{14}(?:T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{28})'],
  ],
  anthropic_key: [['sk-ant-', '[a-z]{3,5}\\d\\d-[\\w-]{60,}']],
  // `Bearer` and `Basic` are words too: what follows is judged in secret-values.ts.
  bearer: [['(?:[Bb]earer|BEARER) ', '(?<value>[A-Za-z0-9._~+/-]{16,}=*)']],
  basic_auth: [['[Bb]asic (?=[A-Za-z0-9+/]{8})', '(?<value>[A-Za-z0-9+/]{8,}={0,2})']],
  jwt: [['eyJ', '[\\w-]{8,}\\.(?:eyJ[\\w-]{8,}\\.[\\w-]*|[\\w-]*\\.[\\w-]{8,}\\.[\\w-]{16,}\\.[\\w-]{16,})']],
  url_password: [['://(?=[^\\s/?#"\'<>]{1,400}@)', '[^\\s/?#"\'<>\\\\@:]{0,128}:(?<value>[^\\s/"\'<>\\\\@]{3,256})@']],
  api_key: [
    ['hf_', '[A-Za-z]{34}'],
    ['do[opr]_v1_', '[0-9a-f]{64}'],
    ['shp(?:at|ca|pa|ss|tka)_', '[0-9a-fA-F]{32}'],
    ['key-[0-9a-f]{4}', '[0-9a-f]{28}'],
    ['-us\\d', '\\d?', '[0-9a-f]{32}'],
    [':AA', '[\\w-]{33}', '\\d{8,10}'],
    ['discord(?:app)?\\.com/api/webhooks/', '\\d+/[\\w-]{60,}'],
    ['dapi', '[0-9a-f]{32}'],
    ['hv[sbr]\\.', '[\\w-]{24,}'],
    ['\\.atlasv1\\.', '[\\w-]{60,}', '[A-Za-z0-9]{14}'],
    ['dckr_[po]at_', '[\\w-]{27,}'],
    ['NRAK-', '[A-Z0-9]{27}'],
    ['glsa_', '[A-Za-z0-9]{32}_[0-9a-f]{8}'],
    ['lin_api_', '[A-Za-z0-9]{40}'],
    ['ntn_', '[A-Za-z0-9]{40,}'],
    ['PMAK-', '[0-9a-f]{24}-[0-9a-f]{34}'],
    ['figd_', '[\\w-]{40,}'],
    ['ATATT3', '[\\w=-]{180,}'],
    ['sq0(?:atp|csp)-', '[\\w-]{22,}'],
    ['pul-[0-9a-f]{4}', '[0-9a-f]{36}'],
    ['dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[\\w.-]{40,}'],
    ['pscale_(?:tkn|pw|oauth)_', '[\\w.-]{32,}'],
    ['rubygems_', '[0-9a-f]{48}'],
    ['sntry[us]_', '[\\w+/=-]{40,}'],
    ['sbp_', '[0-9a-f]{40}'],
    ['gsk_', '[A-Za-z0-9]{52}'],
    ['pplx-', '[A-Za-z0-9]{48}'],
    ['xai-', '[A-Za-z0-9]{80}'],
    ['r8_', '[A-Za-z0-9]{37}'],
    ['pat-(?:na|eu)\\d-', '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'],
  ],
};
