import { CliFailure } from '../failure';

/** What is compared, and where the result goes beside the screen. */
export interface ChangesSelection {
  /** The assembly of before; absent: what is deployed. */
  readonly before?: string;
  readonly after: readonly string[];
  readonly markdown?: string;
  /** A few lines, as many as an approval of CodePipeline takes. */
  readonly summary?: string;
}

export interface ChangesOptions {
  readonly deployed?: boolean;
  readonly markdown?: string;
  readonly summary?: string;
}

export function changesCommand(folders: readonly string[], given: ChangesOptions): ChangesSelection {
  const { markdown, summary } = given;
  for (const [option, file] of Object.entries({ markdown, summary })) {
    if (file === '') throw new CliFailure(`--${option} needs a file: write \`--${option} changes.md\``, 2);
  }
  if (given.deployed) return { after: folders.length > 0 ? folders : ['cdk.out'], markdown, summary };
  const [before, after, ...more] = folders;
  if (before === undefined || after === undefined) {
    throw new CliFailure(
      'name two cloud assemblies, the older first: `cdk-mcp changes before cdk.out`; or --deployed and one',
      2,
    );
  }
  if (more.length > 0) throw new CliFailure(`two cloud assemblies at a time: leave '${more.join(' ')}' out`, 2);
  return { before, after: [after], markdown, summary };
}
