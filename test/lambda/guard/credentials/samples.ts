/** Properties of input schemas, labelled by hand: does the tool ask for a credential? */

const text = { type: 'string' };
const number = { type: 'integer' };
const yesNo = { type: 'boolean' };

/** A property's name, alone or with its schema. */
export type Sample = string | readonly [name: string, schema: object];

export const ASKS: readonly Sample[] = [
  ...`password Password PASSWORD passwd pwd passphrase passcode user_password userPassword newPassword old_password
  current_password password_confirmation passwordConfirm repeat_password db_password database-password smtpPassword
  rootpassword adminPassword password1 password2 wifi_password loginPassword db_pass smtp_pass userPass
  secret clientSecret client_secret clientsecret shared_secret webhook_secret app_secret appSecret secret_value
  secretKey secret_key secretkey signing_secret secrets totp_secret consumer_secret jwtSecret
  api_key apiKey apikey API_KEY ApiKey api-key openai_api_key stripeApiKey x_api_key apiKeys api_keys googleApiKey
  access_key accessKey secretAccessKey aws_secret_access_key aws_access_key_id accessKeyId private_key privateKey
  privatekey ssh_private_key sshPrivateKey private_key_pem encryption_key encryptionKey decryption_key signing_key
  app_key application_key consumer_key service_account_key storage_account_key subscription_key master_key admin_key
  webhook_key auth_key hmac_key
  token access_token accessToken accesstoken auth_token authToken authtoken refresh_token refreshToken bearer_token
  bearerToken api_token apiToken id_token session_token sessionToken github_token githubToken gitlab_token slack_token
  bot_token user_token oauth_token oauthToken personal_access_token npm_token security_token jwt jwt_token access_tokens
  x-auth-token sas_token vault_token
  otp totp otp_code mfa_code mfaCode 2fa_code verification_code verificationCode card_security_code one_time_code
  one_time_password auth_code authorization_code recovery_code backup_codes login_code sms_code
  creds credentials credential user_credentials aws_credentials login_credentials creds authorization Authorization
  authorization_header bearer basic_auth session_cookie seed_phrase seedPhrase recovery_phrase connection_string
  connectionString card_pin account_pin cvv cvc
  passwort contraseña senha wachtwoord пароль 密码 パスワード mot_de_passe`.split(/\s+/),
  ['otp', number],
  ['ssh_key', { type: 'string', description: 'The private key to sign in with, PEM' }],
  ['sshKey', { type: 'string', description: 'Private half of the pair' }],
  ['deploy_key', { type: 'string', description: 'Private key of the repository' }],
  ['gpg_keys', { type: 'array', items: text, description: 'Private keys, armoured' }],
  ['security_code', { type: 'string', description: 'Three digits on the back of the card' }],
  ['security_code', { type: 'integer', description: 'CVV' }],
  ['code', { type: 'string', description: 'Security code of your card' }],
  ['secrets', { type: 'array', items: text, description: 'Values of the secrets' }],
  ['client_secrets', { type: 'array', items: text }],
  ['pwd', { type: 'string', description: 'For the login' }],
  ['smtp', { type: 'object', properties: { user: text, pass: text } }],
  ['server', { type: 'object', properties: { username: text, pass: text, host: text } }],
  ['token', { type: 'string', description: 'Token that the service gave you' }],
  ['p', { type: 'string', description: 'Password (cannot be empty)' }],
  ['p', { type: 'string', description: 'Your password. It is never stored.' }],
  ['p', { type: 'string', description: 'Your password. Spaces are not allowed.' }],
  ['p', { type: 'string', description: 'API key, not required for public data' }],
  ['file', { type: 'string', description: 'Credentials file contents' }],
  ['verification_code', number],
  ['cvv', number],
  ['value', { type: 'string', format: 'password' }],
  ['input', { type: 'string', writeOnly: true }],
  ['value', { type: 'string', title: 'API Key' }],
  ['value', { type: 'string', title: 'Password' }],
  ['p', { type: 'string', description: 'Your password' }],
  ['auth', { type: 'string', description: 'The API key of the service' }],
  ['auth', { type: 'string', description: 'Enter your GitHub personal access token' }],
  ['key', { type: 'string', description: 'API key for the weather service' }],
  ['key', { type: 'string', description: 'Your OpenAI API key' }],
  ['pass', { type: 'string', description: "The user's password for the database" }],
  ['login', { type: 'string', description: 'Account to sign in with. Please provide your password too.' }],
  ['text', { type: 'string', description: 'Paste your private key here' }],
  ['code', { type: 'string', description: 'One-time code from your authenticator app' }],
  ['code', { type: 'string', description: 'The 2FA code sent to your phone' }],
  ['pat', { type: 'string', description: 'A personal access token with repo scope' }],
  ['words', { type: 'string', description: 'Seed phrase of the wallet' }],
  ['pin', { type: 'string', description: 'Your PIN' }],
  ['pin', { type: 'integer', description: 'The four digits of your card' }],
  ['t', { type: 'string', description: 'Bearer token for the upstream API' }],
  ['h', { type: 'string', 'x-mcp-header': 'Authorization' }],
  ['h', { type: 'string', 'x-mcp-header': 'X-Api-Key' }],
  ['token', { type: ['string', 'null'] }],
  ['token', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
  ['token', {}],
  ['token', { type: 'string', description: 'Token of your account' }],
  ['credentials', { type: 'object', properties: { user: text, pass: text } }],
  ['secrets', { type: 'object', additionalProperties: text }],
  ['api_keys', { type: 'array', items: text }],
  ['auth', { type: 'object', properties: { user: text, password: text } }],
  ['login', { type: 'object', properties: { basic: { type: 'object', properties: { pwd: text } } } }],
  ['accounts', { type: 'array', items: { type: 'object', properties: { apiKey: text } } }],
  ['pair', { type: 'array', prefixItems: [text, { type: 'object', properties: { secret: text } }] }],
  ['auth', { anyOf: [{ type: 'null' }, { type: 'object', properties: { access_token: text } }] }],
  ['auth', { oneOf: [{ type: 'string', format: 'password' }, { type: 'null' }] }],
  ['auth', { allOf: [{ properties: { client_secret: text } }] }],
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  ['auth', { if: { properties: { kind: { const: 'basic' } } }, then: { properties: { password: text } } }],
  ['map', { type: 'object', additionalProperties: { type: 'object', properties: { passphrase: text } } }],
  ['map', { type: 'object', patternProperties: { '^x': { type: 'object', properties: { private_key: text } } } }],
];

export const ASKS_NOTHING: readonly Sample[] = [
  ...`max_tokens maxTokens page_token pageToken next_token nextToken next_page_token continuation_token
  continuationToken sync_token syncToken cursor_token start_token starting_token delta_token resume_token list_token
  token_count tokenCount token_limit token_type tokenizer tokenizer_name tokens tokens_used token_id token_symbol
  token_address token_name token0 token1 token_a token_in token_out from_token to_token base_token quote_token
  input_tokens output_tokens stop_token eos_token pad_token mask_token client_token client_request_token
  idempotency_token task_token design_token lp_token gas_token pagination_token scroll_token watch_token captcha_token
  tokenize tokenized budget_tokens completion_tokens token_endpoint token_url
  key keys primary_key primaryKey partition_key partitionKey sort_key sortKey hash_key range_key foreign_key public_key
  publicKey public_key_pem key_id keyId kms_key_id kms_key_arn key_name keyname key_value object_key s3_key bucket_key
  cache_key cacheKey issue_key issueKey project_key row_key idempotency_key dedup_key group_key routing_key event_key
  map_key dictionary_key lookup_key translation_key i18n_key config_key feature_key metric_key tag_key label_key
  key_pair_name keypair api_key_id apiKeyId api_key_name ssh_key_name ssh_public_key key_type key_length keyboard
  keyboard_layout keyword keywords monkey turkey hockey donkey keyframe keystone storage_key host_key client_key
  service_key google_key encryption_key_id encryption_key_arn musical_key legend_key answer_key
  password_policy password_policy_id password_length passwordless passwordless_login password_reset_url password_hint
  password_age password_expires_at password_hash has_password is_password show_password_field min_password_length
  secret_id secret_name secretName secret_arn secretArn secret_version secret_santa secret_path secret_count
  secretary secretary_name is_secret top_secret secret_manager_region has_secret
  credential_id credentialId credential_type credential_provider credentials_file_path verifiable_credential
  otp_length otp_enabled otp_issuer is_otp_required authorization_id authorization_url pre_authorization
  authorization_endpoint authorized authorizer author author_name authority bearer_name bearer_of_news_name
  country_code status_code error_code zip_code postal_code promo_code coupon_code product_code language_code code
  source_code exit_code currency_code airport_code area_code auth_error_code code_snippet qr_code color_code barcode
  pin pin_id pinned pin_message pin_code board_pin gpio_pin pinterest_board pincode_city
  pass passenger passengers pass_rate bypass compass passport_country boarding_pass pass_through season_pass
  session_id sessionId session_name user_id username email login account account_id customer_id name title query url
  uri path file content text body message subject date start_date end_date limit offset cursor page page_size sort
  order_by filter filters fields format language locale timezone currency amount quantity price latitude longitude
  phrase search_phrase catch_phrase connection connection_id connection_name connection_timeout query_string
  search_string cookie_policy cookie_consent accept_cookies headers method host port protocol region bucket table
  index database collection namespace repository branch commit_sha signature_required certificate certificate_arn
  public_certificate auth_type auth_method auth_provider auth auth_enabled oauth_provider mfa_enabled mfa_type
  two_factor_enabled encryption encryption_type hash checksum etag nonce mnemonic assembly_mnemonic scope scopes role
  role_arn permission permissions groups policy policy_document
  confirmation_token confirm_token approval_token preview_token progress_token progressToken creation_token
  creationToken update_token updateToken configuration_token sequence_token sequenceToken forward_token
  nextForwardToken after_token job_token poll_token result_token history_token bookmark_token upload_token
  iterator_token execution_token opaque_token callback_token invite_token device_token ssh_key sshKey ssh_keys
  deploy_key gpg_key gpg_keys security_code`.split(/\s+/),
  ['token', number],
  ['password', yesNo],
  ['secret', yesNo],
  ['show_secrets', yesNo],
  ['api_key', yesNo],
  ['password', number],
  ['ssh_keys', { type: 'array', items: text, description: 'Keys that may sign in, one line each' }],
  ['secrets', { type: 'array', items: text }],
  ['secrets', { type: 'array', items: text, description: 'Names of the secrets to mount' }],
  ['secrets', { anyOf: [{ type: 'array', items: text }, { type: 'null' }] }],
  ['pwd', { type: 'string', description: 'Working directory' }],
  ['pwd', { type: 'string', description: 'Folder in which to run' }],
  ['pwd', { type: 'string', description: 'Absolute path' }],
  ['security_code', { type: 'string', description: 'Code of the share on the exchange' }],
  ['token', { type: 'string', description: 'The value returned by the last call' }],
  ['token', { type: 'string', description: 'Send it to get more results' }],
  ['token', { type: 'string', description: 'Where the next batch begins' }],
  ['trip', { type: 'object', properties: { passenger: text, pass: text } }],
  ['profile', { type: 'string', description: 'Credentials profile to use' }],
  ['file', { type: 'string', description: 'Credentials file' }],
  ['file', { type: 'string', description: 'Private key path on the server' }],
  ['label', { type: 'string', description: 'API key label' }],
  ['prefix', { type: 'string', description: 'API key prefix' }],
  ['audience', { type: 'string', description: 'Access token audience' }],
  ['region', { type: 'string', description: 'Credentials region' }],
  ['email', { type: 'string', description: 'Password recovery email' }],
  ['max', { type: 'integer', description: 'API keys to list' }],
  ['text', { type: 'string', description: 'API keys to list, by prefix' }],
  ['pem', { type: 'string', description: 'Private keys are never accepted' }],
  ['token', { type: 'string', description: 'Page token from the previous answer' }],
  ['token', { type: 'string', description: 'Symbol of the token, as in ETH' }],
  ['token', { type: 'string', description: 'Pagination cursor' }],
  ['token', { type: 'string', description: 'Contract address of the coin' }],
  ['token', { type: 'string', enum: ['ETH', 'USDC'] }],
  ['tokens', { type: 'array', items: text }],
  ['token', { type: 'object', properties: { address: text, symbol: text } }],
  ['authorization', { type: 'string', enum: ['none', 'basic'] }],
  ['secret', { const: 'none' }],
  ['pin', yesNo],
  ['pin', { type: 'string', description: 'Id of the board item to pin' }],
  ['pin', { type: 'integer', description: 'GPIO pin number' }],
  ['title', { type: 'string', description: 'One line; never write passwords or API keys here' }],
  ['text', { type: 'string', description: 'Text of the note. Do not include your password.' }],
  ['query', { type: 'string', description: 'Words to look for, such as "password reset"' }],
  ['name', { type: 'string', description: 'Name of the secret in the secrets manager' }],
  ['name', { type: 'string', description: 'API key name' }],
  ['id', { type: 'string', description: "The access key's id" }],
  ['id', { type: 'string', description: 'Access token id to revoke' }],
  ['policy', { type: 'string', description: 'Password policy to apply' }],
  ['length', { type: 'integer', description: 'Password length' }],
  ['url', { type: 'string', description: 'Page where users reset their password' }],
  ['count', { type: 'integer', description: 'How many API keys to list' }],
  ['user', { type: 'string', description: 'User whose password has expired' }],
  ['reason', { type: 'string', description: 'Why the access token was revoked' }],
  ['topic', { type: 'string', description: 'Topic, for example access tokens' }],
  ['file', { type: 'string', description: 'File that is checked for leaked credentials' }],
  ['email', { type: 'string', description: 'Address to which the verification link goes' }],
  ['note', { type: 'string', description: 'No credentials are needed' }],
  ['max', { type: 'integer', title: 'Max Tokens' }],
  ['next', { type: 'string', title: 'Page Token' }],
  ['kind', { type: 'string', title: 'Token Type' }],
  ['value', { type: 'string', format: 'uuid' }],
  ['h', { type: 'string', 'x-mcp-header': 'X-Region' }],
  ['credential', { type: 'object', properties: {}, enum: [{}] }],
  ['filter', { type: 'object', properties: { key: text, value: text } }],
  ['page', { type: 'object', properties: { token_count: number, next_token: text } }],
];
