import { rememberWrapped } from '../../reflection/wrappers.js';
import type { Call } from './call.js';

const calls = new Set<WeakRef<Call>>();
const gone = new FinalizationRegistry<WeakRef<Call>>((reference) => calls.delete(reference));

const behind = new WeakMap<object, Call>();

/** What `inject` has wrapped, for who calls it in another way. */
export function callBehind(wrapper: object): Call | undefined {
  return behind.get(wrapper);
}

/** Keeps a wrapped function in mind, for `validate()` and `graph()`, as long as somebody uses it. */
export function rememberInjected(wrapper: object, call: Call): void {
  behind.set(wrapper, call);
  rememberWrapped(wrapper, call.fn);
  const reference = new WeakRef(call);
  calls.add(reference);
  gone.register(call, reference);
}

/** The functions that `inject` has wrapped, and that are still in use. */
export function injectedFunctions(): Call[] {
  return [...calls].flatMap((reference) => reference.deref() ?? []);
}
