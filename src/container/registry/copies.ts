/** The copy of the package that decorated a class, by its folder: on `globalThis`, where all copies find it. */
const slot = Symbol.for('offstage.decorated@1');
const shared = globalThis as { [slot]?: WeakMap<object, string> };
const folders = shared[slot] ?? new WeakMap<object, string>();
shared[slot] = folders;

const ownFolder = new URL('../..', import.meta.url).href; // as built

/** Tells other copies of the package whose decorator a class has. */
export function tellCopies(decorated: object): void {
  folders.set(decorated, ownFolder);
}

/** The folders of both copies, if it was another one that decorated a class. */
export function foreignCopy(decorated: object): { readonly other: string; readonly own: string } | undefined {
  const other = folders.get(decorated);
  return other === undefined || other === ownFolder ? undefined : { other, own: ownFolder };
}
