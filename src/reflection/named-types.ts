/** Stand-ins for types without a run time, by the module and the name under which files import them. */
const standIns = new Map<string, object>();

/** What stands for a type that has no value at run time, once somebody has named it. */
export function standInFor(from: { readonly specifier: string; readonly name: string }): object | undefined {
  return standIns.size === 0 ? undefined : standIns.get(keyOf(from.specifier, from.name));
}

/** Whether this stands for such a type. */
export function isStandIn(token: object): boolean {
  return [...standIns.values()].includes(token);
}

/** The one stand-in for a type. */
export function nameType<T extends object>(specifier: string, name: string, make: () => T): T {
  const key = keyOf(specifier, name);
  const known = standIns.get(key) as T | undefined; // nobody else makes one for this key
  if (known) return known;
  const made = make();
  standIns.set(key, made);
  return made;
}

function keyOf(specifier: string, name: string): string {
  return `${specifier}#${name}`;
}
