/** Tokens that a server must not take, made from one that it does. */
export interface Forgery {
  readonly name: string;
  readonly forged: string;
}

export function forgeries(token: string): Forgery[] {
  const garbage = { name: 'a token that is none', forged: 'not.a.token' };
  const [header, payload, signature] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined) return [garbage];
  const claims = parsed(payload);
  return [
    garbage,
    { name: 'its token with another signature', forged: `${header}.${payload}.${altered(signature)}` },
    { name: 'its token with no signature at all', forged: `${encoded({ alg: 'none', typ: 'JWT' })}.${payload}.` },
    ...(claims === undefined
      ? []
      : [
          {
            name: 'its token made to last longer',
            forged: `${header}.${encoded({ ...claims, exp: Number(claims.exp ?? 0) + 86_400 })}.${signature}`,
          },
          {
            name: 'its token turned into an ID token',
            forged: `${header}.${encoded({ ...claims, token_use: 'id', aud: claims.client_id })}.${signature}`,
          },
        ]),
  ];
}

function parsed(payload: string): Record<string, unknown> | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Another character in the middle: the last one may hold bits that are not read. */
function altered(signature: string): string {
  const middle = Math.floor(signature.length / 2);
  return `${signature.slice(0, middle)}${signature[middle] === 'A' ? 'B' : 'A'}${signature.slice(middle + 1)}`;
}
