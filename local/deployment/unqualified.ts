/** The function an alias or a version belongs to: one version runs here, whatever the share of its traffic. */
export function unqualified(functionArn: string): string {
  return functionArn.replace(/(:function:[\w-]+):[\w$-]+$/, '$1');
}
