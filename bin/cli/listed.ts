/** A sentence for each item that came, then one for each that went. */
export function listed(
  before: readonly string[] = [],
  after: readonly string[] = [],
  sentences: (item: string) => [added: string, removed: string],
): string[] {
  return [
    ...after.filter((item) => !before.includes(item)).map((item) => sentences(item)[0]),
    ...before.filter((item) => !after.includes(item)).map((item) => sentences(item)[1]),
  ];
}
