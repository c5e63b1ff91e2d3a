/** The copy of the package that decorated a class, by its file: on `globalThis`, where all copies find it. */
const slot = Symbol.for('offstage.decorated@1');
const shared = globalThis as { [slot]?: WeakMap<object, string> };
const files = shared[slot] ?? new WeakMap<object, string>();
shared[slot] = files;

/** Of the module as built; a bundler may leave nothing of it. */
const ownFile: string | undefined = import.meta.url;

/** Tells other copies of the package whose decorator a class has. */
export function tellCopies(decorated: object): void {
  if (ownFile) files.set(decorated, ownFile);
}

/** The folders of both copies, if it was another one that decorated a class. */
export function foreignCopy(decorated: object): { readonly other: string; readonly own: string } | undefined {
  const other = files.get(decorated);
  if (!ownFile || !other || other === ownFile) return undefined;
  return { other: folderOf(other), own: folderOf(ownFile) };
}

function folderOf(file: string): string {
  return new URL('../..', file).href;
}
