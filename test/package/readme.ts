/** A code block of the README that says, in its first line, which file it is. */
export interface ReadmeFile {
  readonly name: string;
  readonly content: string;
}

/** The files of the smallest example, so that what a newcomer copies is what is tested. */
export function filesIn(readme: string): ReadmeFile[] {
  return [...readme.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(([, name = '', content = '']) => ({
    name,
    content,
  }));
}

/** The packages its `npm install` lines name. */
export function packagesIn(readme: string): string[] {
  return [...readme.matchAll(/^npm install (.*)$/gm)]
    .flatMap(([, names = '']) => names.trim().split(/\s+/))
    .filter((name) => !name.startsWith('-'));
}
