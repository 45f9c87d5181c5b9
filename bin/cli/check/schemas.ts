import { isRecord } from '../../../lambda/guard/message';
import { allowsAnything, namedBy } from '../../../lambda/guard/schema/named';
import { resolverOf, type Schema } from '../../../lambda/guard/schema/reference';
import type { Finding } from './findings';

/** What a tool's input schema leaves open, and properties of which nobody learns what they are for. */
export function schemaFindings(tool: string, inputSchema: unknown): Finding[] {
  const findings: Finding[] = [];
  const resolve = resolverOf(inputSchema);
  const seen = new Set<unknown>();
  const known = new Set<string>();
  const add = (finding: Finding['finding'], property: string, fix: string) =>
    findings.push({ finding, kind: 'tool', name: tool, property: property || '/', fix });

  function visit(schema: unknown, path: string, described: boolean, isPlace = true): void {
    if (allowsAnything(schema) || !isRecord(schema)) {
      return void add('open schema', path, 'give it a `type`: any value passes as it is');
    }
    if (seen.has(schema)) return;
    seen.add(schema);
    const target = '$ref' in schema ? resolve(schema.$ref) : undefined;
    if ('$ref' in schema && target === undefined) {
      add('open schema', path, 'the `$ref` leads nowhere in this schema, so nothing is checked: write it into `$defs`');
    }
    if (path !== '' && !described && !describes(schema) && !describes(target)) {
      add('no description', path, 'say in `description` what the property is for');
    }
    openMap(schema, path);
    if (isPlace) unnamed(schema, path);
    inside(schema, path);
    if (isRecord(target)) visit(target, path, true, false);
  }

  function openMap({ additionalProperties: more }: Schema, path: string): void {
    if (more !== undefined && more !== false && allowsAnything(more)) {
      add('open schema', path, 'name the properties in `properties`: as it is, any property passes with any value');
    }
  }

  /** An object inside the arguments that names no property: closed, or a map of anything. */
  function unnamed(schema: Schema, path: string): void {
    const { object, open, names, patterns } = namedBy([{ schema, sometimes: false }], resolve);
    if (path === '' || !object || open) return;
    if ((names?.size ?? 0) > 0 || patterns.length > 0) return void known.add(path);
    if (names !== undefined || schema.additionalProperties === false) {
      add('refuses every property', path, 'name its properties in `properties`, or write `additionalProperties`');
    } else if (typesOf(schema).includes('object') && !known.has(path)) {
      // A branch that only constrains what was named outside it is no map.
      add('open schema', path, 'name its properties, or their kind in `additionalProperties`: any property passes');
    }
  }

  function inside(schema: Schema, path: string): void {
    for (const [name, part] of Object.entries(isRecord(schema.properties) ? schema.properties : {})) {
      visit(part, `${path}/${name}`, false);
    }
    // Elements and values of a map are described where they are listed.
    for (const part of [schema.items, schema.additionalProperties].filter(isRecord)) {
      if (!allowsAnything(part)) visit(part, `${path}/*`, true);
    }
    if (
      (schema.type === 'array' && schema.items === undefined && schema.prefixItems === undefined) ||
      isOpenItems(schema)
    ) {
      add('open schema', `${path}/*`, 'say in `items` what the elements are: any value passes as it is');
    }
    for (const keyword of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
      const parts = schema[keyword];
      for (const part of Array.isArray(parts) ? parts : [])
        if (isRecord(part) || part === true) visit(part, path, true, keyword === 'prefixItems');
    }
  }

  visit(isRecord(inputSchema) ? inputSchema : {}, '', true);
  return findings;
}

/** What a schema says of types, in branches for null and the like too. */
function typesOf(schema: Schema): unknown[] {
  const branches = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  return [schema.type, ...branches.map((branch) => (isRecord(branch) ? branch.type : undefined))].flat();
}

function isOpenItems({ items }: Schema): boolean {
  return items !== undefined && !Array.isArray(items) && allowsAnything(items);
}

function describes(schema: unknown): boolean {
  return isRecord(schema) && typeof schema.description === 'string' && schema.description.trim() !== '';
}
