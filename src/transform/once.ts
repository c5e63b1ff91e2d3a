/** Finds something out when it is first asked for. */
export function once<T extends object | boolean>(find: () => T): () => T {
  let found: T | undefined;
  return () => {
    found ??= find();
    return found;
  };
}
