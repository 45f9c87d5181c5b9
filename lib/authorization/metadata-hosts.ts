import { Token } from 'aws-cdk-lib';
import { hostNameProblem } from '../private/web-addresses';

/** What is wrong with the hosts whose metadata documents are believed, in words. */
export function allowedHostProblems(allowedHosts: readonly string[]): string[] {
  if (allowedHosts.length === 0) {
    return ["`allowedHosts` is empty: name the hosts of your clients' metadata documents, as in ['claude.ai']"];
  }
  return allowedHosts.flatMap((host, index) => {
    if (Token.isUnresolved(host)) return ['a host in `allowedHosts` is known only at deploy time: write it as text'];
    if (host.includes('*')) {
      return [`host '${host}' in \`allowedHosts\` has a '*', but hosts are compared exactly: list each one`];
    }
    if (allowedHosts.indexOf(host) !== index) return [`host '${host}' stands twice in \`allowedHosts\`: remove one`];
    const problem = hostNameProblem(host);
    return problem ? [`'${host}' in \`allowedHosts\` ${problem}`] : [];
  });
}
