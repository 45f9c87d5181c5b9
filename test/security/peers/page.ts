/** The comparison as a page. */
import type { Case } from './cases';
import type { Peer, Verdict } from './compare';

const MARK: Record<Verdict, string> = { held: 'held', 'got through': '**got through**', 'not applicable': '–' };

export function page(
  columns: readonly { readonly peer: Peer; readonly verdicts: readonly Verdict[] }[],
  cases: readonly Case[],
  versions: Readonly<Record<string, string>>,
  when: Date,
): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [
    row(['attack', ...columns.map(({ peer }) => peer.name)]),
    row(['---', ...columns.map(() => '---')]),
    ...cases.map(({ name }, at) => row([name, ...columns.map(({ verdicts }) => MARK[verdicts[at]!])])),
  ];
  const peers = columns.map(({ peer }) => {
    const packages = peer.packages.map((name) => `${name} ${versions[name]}`).join(', ');
    return row([peer.name, packages || 'this repository', peer.configured]);
  });
  return `# Attacks, side by side

The same requests against this project and its peers, in one process, on ${when.toISOString().slice(0, 10)} (Node ${process.versions.node}). Written by \`npm run attack -- --peers\`; do not edit.

Every peer has the same tools and is set up as its own documentation says is secure; where it verifies tokens, it does so with jose, checking signature, issuer, audience and expiry. *held*: the attack got nothing. *got through*: the tool ran, or the secret left. –: the peer does not take tokens, or does not speak that revision. An honest call is answered by each of them, else the table is not written. A case that got through is what that piece leaves to whoever uses it, not always a fault of it: revision 2025-11-25, for one, does not define \`Mcp-Name\`, and that it is ignored harms only where something in front decides by it; a Host is checked by many gateways already.

${table.join('\n')}

## How each is set up

| | versions | configuration |
| --- | --- | --- |
${peers.join('\n')}
`;
}
