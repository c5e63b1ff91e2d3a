/** Values that a word and a number of shared memory can hold, so that they need no message. */
const constants: readonly unknown[] = [undefined, null, true, false];
const number = constants.length;

/** A kind for {@link smallValue}; `undefined` if the value is not small. */
export function smallKind(value: unknown): number | undefined {
  if (typeof value === 'number') return number;
  const kind = constants.indexOf(value);
  return kind < 0 ? undefined : kind;
}

/** The value of a kind. */
export function smallValue(kind: number, ofNumber: number | undefined): unknown {
  return kind === number ? ofNumber : constants[kind];
}
