/** Marks what a container can be asked for although it is no class. One for all copies of this package. */
export const tokenMark: unique symbol = Symbol.for('offstage.token');

/** Whether a value can be asked for: data may share its name with a type, too, as an enum does. */
export function isToken(value: unknown): value is object {
  if (typeof value === 'function') return 'prototype' in value;
  return typeof value === 'object' && value !== null && tokenMark in value;
}
