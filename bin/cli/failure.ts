/** A failure whose message is all a reader needs; anything else that is thrown is a defect here. */
export class CliFailure extends Error {
  constructor(
    message: string,
    /** What the process exits with: 1, or 2 when the command line itself is wrong. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}
