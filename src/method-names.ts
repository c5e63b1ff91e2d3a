const inheritedNames = new WeakMap<object, readonly string[]>();

/** The names that a thread calls instead of reading, so that a call is one round trip. */
export function methodsOf(object: object): readonly string[] {
  const prototype: unknown = Object.getPrototypeOf(object);
  const own = functionsOf(object);
  if (typeof prototype !== 'object' || prototype === null) return own;
  let inherited = inheritedNames.get(prototype);
  if (!inherited) {
    const names = new Set<string>();
    for (
      let step: unknown = prototype;
      step && step !== Object.prototype;
      step = Object.getPrototypeOf(step)
    ) {
      for (const name of functionsOf(step as object)) names.add(name); // a prototype is an object
    }
    names.delete('constructor');
    inherited = [...names];
    inheritedNames.set(prototype, inherited);
  }
  return own.length === 0 ? inherited : [...inherited, ...own];
}

function functionsOf(object: object): string[] {
  return Object.entries(Object.getOwnPropertyDescriptors(object)).flatMap(([name, { value }]) =>
    typeof value === 'function' ? [name] : [],
  );
}
