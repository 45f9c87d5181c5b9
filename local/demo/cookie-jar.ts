/** What a browser keeps for one cookie. */
interface Cookie {
  readonly host: string;
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

/**
 * The cookies of a scripted browser (RFC 6265), as far as sign-ins need them: they belong to a host name, whatever the
 * port, and to a path. `Secure` ones go to loopback without TLS too, as in browsers; `Domain` is not looked at.
 */
export class CookieJar {
  private cookies: readonly Cookie[] = [];

  /** Takes in the `Set-Cookie` lines of an answer. */
  store(address: URL, lines: readonly string[], now = Date.now()): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
      if (name === undefined) continue;
      const given = new Map(attributes.map((attribute) => splitAttribute(attribute)));
      const asked = given.get('path');
      const path = asked?.startsWith('/') ? asked : defaultPath(address);
      const cookie = { host: address.hostname, path, name, value };
      this.cookies = this.cookies.filter((kept) => !isSame(kept, cookie));
      if (!isOver(given, now)) this.cookies = [...this.cookies, cookie];
    }
  }

  /** The `Cookie` header for an address; undefined when there is nothing to send. */
  header(address: URL): string | undefined {
    const sent = this.cookies
      .filter(({ host, path }) => host === address.hostname && isBelow(address.pathname, path))
      .sort((one, other) => other.path.length - one.path.length);
    return sent.length === 0 ? undefined : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }
}

function splitAttribute(attribute: string): [string, string] {
  const equals = attribute.indexOf('=');
  if (equals < 0) return [attribute.toLowerCase(), ''];
  return [attribute.slice(0, equals).toLowerCase(), attribute.slice(equals + 1)];
}

function isSame(one: Cookie, other: Cookie): boolean {
  return one.host === other.host && one.path === other.path && one.name === other.name;
}

/** `Max-Age` decides where both are given. */
function isOver(attributes: ReadonlyMap<string, string>, now: number): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = attributes.get('expires');
  return expires !== undefined && Date.parse(expires) <= now;
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** The folder of the page, without its slash at the end. */
function defaultPath({ pathname }: URL): string {
  return pathname.slice(0, pathname.lastIndexOf('/')) || '/';
}
