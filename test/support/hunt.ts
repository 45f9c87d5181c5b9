/** Looks for a text wherever code can get from some objects, as a tool would that wants to forward its caller's token. */
import { inspect } from 'node:util';

/** Objects that are looked at before the search gives up: more than anything handed to a tool leads to. */
const MOST = 400_000;

/** Paths at which the text was found. */
export function hunt(roots: Readonly<Record<string, unknown>>, text: string): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const queue: [path: string, value: unknown][] = Object.entries(roots);
  while (queue.length > 0) {
    const [path, value] = queue.shift() as [string, unknown];
    if (typeof value === 'string' && value.includes(text)) found.push(path);
    if (Buffer.isBuffer(value) && value.includes(text)) found.push(path);
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue;
    seen.add(value);
    if (seen.size > MOST) throw new Error(`more than ${MOST} objects are reachable, the last by ${path}`);
    queue.push(...within(value, path));
  }
  for (const [name, root] of Object.entries(roots)) {
    const options = { depth: 12, showHidden: true, maxArrayLength: null, maxStringLength: null, showProxy: true };
    if (inspect(root, options).includes(text)) found.push(`inspect(${name})`);
  }
  return found;
}

function within(value: object, path: string): [string, unknown][] {
  const inside: [string, unknown][] = Reflect.ownKeys(value).flatMap((key): [string, unknown][] => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    const step = `${path}.${String(key)}`;
    if (typeof key === 'string' && key.length > 40) return [[step, key]];
    if (descriptor === undefined) return [];
    if ('value' in descriptor) return [[step, descriptor.value]];
    return isPrototype(value) ? [] : [[step, read(value, key)]];
  });
  if (value instanceof Map) for (const [key, item] of value) inside.push([`${path}.key`, key], [`${path}.get`, item]);
  if (value instanceof Set) for (const item of value) inside.push([`${path}.item`, item]);
  if (value instanceof Headers) inside.push([`${path}.entries`, JSON.stringify([...value])]);
  const prototype = Object.getPrototypeOf(value);
  // Getters of a class are read on the object they are for.
  for (const key of prototype === null || isPrototype(value) ? [] : Reflect.ownKeys(prototype)) {
    if (Object.getOwnPropertyDescriptor(prototype, key)?.get) inside.push([`${path}.${String(key)}`, read(value, key)]);
  }
  return inside;
}

/** Its getters are for other objects, and may keep what they computed. */
function isPrototype(value: object): boolean {
  const maker = Object.getOwnPropertyDescriptor(value, 'constructor')?.value as { prototype?: unknown } | undefined;
  return maker?.prototype === value;
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return undefined;
  }
}
