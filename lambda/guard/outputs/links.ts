/**
 * Addresses in results that a client may open: resource links, embedded and read resources, icons, pages a person is
 * sent to. One whose scheme is not allowed is taken out; what is a link only to a reader (text) stays.
 */
import type { PolicyDocument } from '../../../lib/private/contract';
import { isRecord } from '../message';
import { count, type Redactions } from './spans';

/** Schemes that make whoever opens them run code or read files of their own machine. */
const DANGEROUS = ['javascript', 'vbscript', 'data', 'file', 'blob', 'filesystem', 'view-source', 'about', 'jar'];

export interface Links {
  /** Whether a JSON text has an address with a scheme that is not allowed; may say yes too often. */
  mayHold(json: string): boolean;
  filter<T>(value: T, found: Redactions): T;
}

const ADDRESS = /"(?:uri|url|src)"\s*:\s*"([^"]{0,64})/g;
/** A scheme that nothing hides; where what was taken shows none, the whole address is looked at. */
const PLAIN = /^[a-z][a-z0-9+.-]*:/i;
const HAS_ADDRESS = /"(?:uri|url|src)"/;

/** Without a list: everything but what is dangerous, unless a rule of this server names resources of that scheme. */
export function linksOf({ outputs, rules }: Pick<PolicyDocument, 'outputs' | 'rules'>): Links {
  const own = new Set(rules.flatMap(({ resources }) => resources ?? []).map(schemeOf));
  const listed = outputs?.linkSchemes && new Set(outputs.linkSchemes.map((scheme) => scheme.toLowerCase()));
  const refused = new Set(DANGEROUS.filter((scheme) => !own.has(scheme)));
  const allows: Allows = (address) => {
    const scheme = schemeOf(address);
    return listed === undefined ? !refused.has(scheme) : listed.has(scheme);
  };
  return {
    mayHold(json) {
      if (!HAS_ADDRESS.test(json)) return false;
      for (const [, address = ''] of json.matchAll(ADDRESS)) {
        if (address.includes('\\') || !PLAIN.test(address) || !allows(address)) return true;
      }
      return false;
    },
    filter: (value, found) => rewrite(value, allows, found) as typeof value,
  };
}

type Allows = (address: string) => boolean;

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what hides a scheme
const HIDING = /[\x00-\x20\x7f-\x9f\s\u200b-\u200f]/g;

/** Lower case; empty where there is none. Browsers skip white space and control characters in it, so it is here too. */
function schemeOf(address: string): string {
  const plain = address.replace(HIDING, '');
  return /^([a-z][a-z0-9+.-]*):/i.exec(plain)?.[1]?.toLowerCase() ?? '';
}

function rewrite(value: unknown, allows: Allows, found: Redactions): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, allows, found));
  if (!isRecord(value)) return value;
  const address = addressOf(value);
  if (address !== undefined && !allows(address)) {
    count(found, 'link');
    return value.type === undefined ? {} : { type: 'text', text: '[removed: a link that is not allowed]' };
  }
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, unknown][] => {
      if (LISTS.has(key) && Array.isArray(item)) return [[key, kept(key, item, allows, found)]];
      if (key === 'url' && value.mode === 'url' && typeof item === 'string' && !allows(item)) {
        count(found, 'link');
        return [[key, 'https://removed.invalid/']];
      }
      return [[key, rewrite(item, allows, found)]];
    }),
  );
}

/** Lists whose elements are nothing without their address. */
const LISTS: ReadonlySet<string> = new Set(['contents', 'resources', 'icons']);

function kept(list: string, items: readonly unknown[], allows: Allows, found: Redactions): unknown[] {
  return items.flatMap((item) => {
    const address = isRecord(item) ? (list === 'icons' ? item.src : item.uri) : undefined;
    // A picture within its address is what the protocol provides for icons.
    const picture = list === 'icons' && typeof address === 'string' && /^data:image\//i.test(address);
    if (typeof address !== 'string' || picture || allows(address)) return [rewrite(item, allows, found)];
    count(found, 'link');
    return [];
  });
}

/** The address of a content item that is one, or holds one. */
function addressOf({ type, uri, resource }: Record<string, unknown>): string | undefined {
  if (type === 'resource_link' && typeof uri === 'string') return uri;
  return type === 'resource' && isRecord(resource) && typeof resource.uri === 'string' ? resource.uri : undefined;
}
