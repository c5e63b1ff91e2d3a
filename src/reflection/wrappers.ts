const wrapped = new WeakMap<object, object>();

/** Keeps in mind what stands behind a function, for worker threads, too, which need nothing else of injection. */
export function rememberWrapped(wrapper: object, fn: object): void {
  wrapped.set(wrapper, fn);
}

/** The function behind what `inject` has made of it, or the function itself. */
export function unwrapped(fn: object): object {
  return wrapped.get(fn) ?? fn;
}
