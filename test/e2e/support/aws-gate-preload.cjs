/**
 * Loaded by every function's process: it says in its credentials which function it is, as a role does in the account,
 * and finds AWS behind the gate (aws-gate.ts).
 */
const { env } = process;
env.AWS_ACCESS_KEY_ID = env.AWS_LAMBDA_FUNCTION_NAME;
for (const name of Object.keys(env).filter((one) => one.startsWith('AWS_ENDPOINT_URL_'))) {
  env[name] = `${env.AWS_GATE}/${Buffer.from(env[name]).toString('base64url')}`;
}
