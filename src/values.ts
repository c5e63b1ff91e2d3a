/** Whether a value can have properties of its own: an object, a function, or a class. */
export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Whether a value can be awaited; one whose `then` cannot be read is none that can. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return isObject(value) && 'then' in value && typeof value.then === 'function';
  } catch {
    return false;
  }
}

/** Whether a value is a promise, also of another realm, as Node's own are in Jest; what has a `then` may be no more than a value. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return (
    value instanceof Promise ||
    (isThenable(value) && Object.prototype.toString.call(value) === '[object Promise]')
  );
}

/** The name of a function or class in messages. */
export function nameOf(target: object): string {
  const name: unknown = 'name' in target ? target.name : undefined;
  return typeof name === 'string' && name !== '' ? name : 'anonymous';
}
