/** What has had methods replaced, and how it is given back its own. */
const replaced = new WeakMap<object, (() => void)[]>();

const disposers = [Symbol.asyncDispose, Symbol.dispose];

/** Whether the disposers of a value can be replaced. */
export function takesHooks(value: object): boolean {
  if (!Object.isExtensible(value)) return false;
  return disposers.every((hook) => Object.getOwnPropertyDescriptor(value, hook)?.configurable ?? true);
}

/** Puts another method in place of one, until {@link giveBackHooks}. */
export function replaceHook(value: object, hook: symbol, method: () => unknown): void {
  const own = Object.getOwnPropertyDescriptor(value, hook);
  Object.defineProperty(value, hook, { value: method, configurable: true });
  const back = () => {
    if (own) Object.defineProperty(value, hook, own);
    else Reflect.deleteProperty(value, hook);
  };
  replaced.set(value, [back, ...(replaced.get(value) ?? [])]);
}

/** For an object that is opened anew, of a pool: what closed it before would close nothing. */
export function giveBackHooks(value: object): void {
  for (const back of replaced.get(value) ?? []) back();
  replaced.delete(value);
}
