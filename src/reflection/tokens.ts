/** Marks what a container can be asked for although it is no class. One for all copies of this package. */
export const tokenMark: unique symbol = Symbol.for('offstage.token');

/** Whether a value can be asked for: data may share its name with a type, too, as an enum does. */
export function isToken(value: unknown): value is object {
  if (typeof value === 'function') return 'prototype' in value && isClass(value);
  return typeof value === 'object' && value !== null && tokenMark in value;
}

/** A function that only makes what has its name, as a brand, is no class: one without `class` has methods, or a base. */
function isClass(value: { readonly prototype: unknown }): boolean {
  const { prototype } = value;
  if (typeof prototype !== 'object' || prototype === null) return false;
  if (
    Object.getPrototypeOf(prototype) !== Object.prototype ||
    Object.getOwnPropertyNames(prototype).length > 1
  )
    return true;
  return !/^(async\s+)?function\b(?!.*\[native code\])/s.test(Function.prototype.toString.call(value));
}
