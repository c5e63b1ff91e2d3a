import type { Call } from './call.js';

const calls = new Set<WeakRef<Call>>();
const gone = new FinalizationRegistry<WeakRef<Call>>((reference) => calls.delete(reference));

/** Keeps a wrapped function in mind, for `validate()` and `graph()`, as long as somebody uses it. */
export function rememberInjected(call: Call): void {
  const reference = new WeakRef(call);
  calls.add(reference);
  gone.register(call, reference);
}

/** The functions that `inject` has wrapped, and that are still in use. */
export function injectedFunctions(): Call[] {
  return [...calls].flatMap((reference) => reference.deref() ?? []);
}
