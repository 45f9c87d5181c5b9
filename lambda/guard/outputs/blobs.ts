/** Binary content that is text after all: looked at as text, and encoded again when something was taken out of it. */
const TEXT_LIKE =
  /^\s*(?:text\/|application\/(?:[\w.-]*\+)?(?:json|xml|yaml|javascript|x-[\w-]+|toml|sql|pem)|image\/svg)/i;

export function isTextLike(mimeType: unknown): boolean {
  return mimeType === undefined || (typeof mimeType === 'string' && TEXT_LIKE.test(mimeType));
}

/** The blob with its text rewritten; as it came where nothing changed. The size of a message bounds the work. */
export function rewriteBlob(blob: string, rewrite: (text: string) => string): string {
  const text = Buffer.from(blob, 'base64').toString('utf8');
  const rewritten = rewrite(text);
  return rewritten === text ? blob : Buffer.from(rewritten).toString('base64');
}
