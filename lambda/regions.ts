/**
 * The regions of a server that stands in several, each with a replica of every table. Replicas agree within about a
 * second, and of two writes of one item the later wins everywhere; a condition is judged by the replica it is put to.
 * So whatever must happen once has a home: the region that made it, which its name says, and which decides.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html
 */
import type { Environment } from './environment';

export interface Region {
  readonly name: string;
  /** Where its tables answer. */
  readonly endpoint: string;
}

export interface Regions {
  readonly own: string;
  readonly primary: string;
  /** Those beside the own one. */
  readonly others: readonly Region[];
}

const ENTRY = /^([a-z0-9-]{4,32})=(https?:\/\/[^\s,=]+)$/;

/** Undefined: the server stands in one region. @throws naming the variable that is wrong. */
export function regionsFrom(environment: Environment, variable: string): Regions | undefined {
  const text = environment[variable];
  if (!text) return undefined;
  const all = text.split(',').map((entry): Region => {
    const [, name, endpoint] = ENTRY.exec(entry) ?? [];
    if (name === undefined || endpoint === undefined || !isSafe(endpoint)) {
      throw new Error(`${variable} has '${entry}': it must be a region, '=' and the https origin of its tables`);
    }
    return { name, endpoint };
  });
  const own = environment.AWS_REGION ?? '';
  const [primary] = all;
  if (primary === undefined || !all.some(({ name }) => name === own)) {
    throw new Error(`${variable} does not name '${own}', where this runs: deploy with McpGlobalServer, which sets it`);
  }
  return { own, primary: primary.name, others: all.filter(({ name }) => name !== own) };
}

/** What a handle made in a region ends in. */
export function homeSuffix(regions: Regions | undefined): string {
  return regions === undefined ? '' : `.${regions.own}`;
}

/** The home that a handle names; undefined: none. Whether there is such a region is another question. */
export function homeIn(handle: string): string | undefined {
  const dot = handle.lastIndexOf('.');
  return dot < 0 ? undefined : handle.slice(dot + 1);
}

/** Plain http on loopback alone, where a local stack runs. */
function isSafe(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'https:' || hostname === 'localhost' || hostname === '127.0.0.1';
}

/** The environment in which calls go to the tables of another region. */
export function environmentOf(environment: Environment, { name, endpoint }: Region): Environment {
  return { ...environment, AWS_REGION: name, AWS_ENDPOINT_URL_DYNAMODB: endpoint };
}
