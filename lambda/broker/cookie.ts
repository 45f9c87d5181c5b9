/**
 * The cookie that ties an approval to the browser it was given in. A random value that means nothing by itself;
 * the `__Host-` prefix keeps other hosts of the domain from setting it. Lax, because Cognito's redirect back is a
 * cross-site navigation.
 */
import { newHandle } from './seal';

export interface BrowserCookie {
  /** The value of a cookie that this broker set; undefined: the request brought none, or more than one. */
  read(cookies: readonly string[]): string | undefined;
  /** A Set-Cookie header. */
  write(value: string, maxAgeSeconds: number): string;
}

const VALUE = /^[A-Za-z0-9_-]{43}$/;

export function browserCookie(plainHttp: boolean): BrowserCookie {
  const name = plainHttp ? 'mcp-tx' : '__Host-mcp-tx';
  const secure = plainHttp ? '' : '; Secure';
  return {
    read(cookies) {
      const values = cookies
        .flatMap((header) => header.split(';'))
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1));
      const [value] = values;
      return values.length === 1 && value !== undefined && VALUE.test(value) ? value : undefined;
    },
    write: (value, maxAgeSeconds) =>
      `${name}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`,
  };
}

export const newBrowser = newHandle;
