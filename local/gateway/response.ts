/** What goes back to the client. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly body: Buffer;
}

/** Set anew for the body that is sent, or meaningless beyond one connection. */
const NOT_PASSED_ON = ['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade'];

/** API Gateway's own answers. */
export function gatewayMessage(status: number, message: string, headers: Record<string, string> = {}): GatewayResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify({ message })),
  };
}

/**
 * A function's result as payload format 2.0 reads it: with a `statusCode` it is a response, without one it is the
 * body of a 200. Undefined when it is neither, for which API Gateway answers 500.
 */
export function fromFunction(payload: Buffer): GatewayResponse | undefined {
  const result = parse(payload);
  if (result === undefined) return undefined;
  if (typeof result.value !== 'object' || result.value === null || !('statusCode' in result.value)) {
    const text = typeof result.value === 'string' ? result.value : payload.toString('utf8');
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  return structured(result.value as Record<string, unknown>);
}

function structured(result: Record<string, unknown>): GatewayResponse | undefined {
  const status = Number(result.statusCode);
  const { headers = {}, cookies = [], body = '' } = result;
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (typeof headers !== 'object' || headers === null || !Object.values(headers).every(isScalar)) return undefined;
  if (!Array.isArray(cookies) || !cookies.every((cookie) => typeof cookie === 'string')) return undefined;
  if (typeof body !== 'string') return undefined;
  const named = Object.entries(headers as Record<string, unknown>)
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !NOT_PASSED_ON.includes(name));
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...Object.fromEntries(named) },
    cookies,
    body: Buffer.from(body, result.isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function parse(payload: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(payload.toString('utf8')) };
  } catch {
    return undefined;
  }
}
