/** An end the user can do something about: printed as one sentence, without a stack, and exit code 1. */
export class LocalFailure extends Error {
  override readonly name = 'LocalFailure';
}
