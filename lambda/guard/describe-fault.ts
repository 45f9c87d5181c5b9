/** What was thrown, as something JSON can carry: it may be anything, and reading it may throw again. */

/** Causes that are followed; an error may be its own. */
const MAX_CAUSES = 4;
/** Characters of one text; a log event holds 256 KB. */
const MAX_TEXT = 16_384;

/** Always has a `message`, so that one query finds them all. */
export function describeFault(fault: unknown): object {
  const said = describeFaultOf(fault, MAX_CAUSES);
  if (typeof said === 'object' && said !== null && 'message' in said) return said;
  return { message: typeof said === 'string' ? said : short(JSON.stringify(said)) };
}

function described(fault: unknown, causes: number): unknown {
  if (fault instanceof Error) {
    const { name, message, stack } = fault;
    const cause = fault.cause === undefined || causes === 0 ? undefined : describeFaultOf(fault.cause, causes - 1);
    const errors =
      fault instanceof AggregateError && causes > 0
        ? fault.errors.slice(0, MAX_CAUSES).map((error) => describeFaultOf(error, causes - 1))
        : undefined;
    return { name: short(name), message: short(message), stack: short(stack), cause, errors };
  }
  if (typeof fault !== 'object' || fault === null) return short(String(fault));
  const text = JSON.stringify(fault) ?? 'undefined';
  return text.length > MAX_TEXT ? short(text) : JSON.parse(text);
}

function describeFaultOf(fault: unknown, causes: number): unknown {
  try {
    return described(fault, causes);
  } catch {
    return 'an object that cannot be read';
  }
}

function short(text: unknown): unknown {
  if (text === undefined) return undefined;
  const given = String(text);
  return given.length > MAX_TEXT ? `${given.slice(0, MAX_TEXT)}… (${given.length} characters)` : given;
}
