import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import type { InjectionScope } from './injection-scope.js';

// Made when the first provider asks for sharing: on Node 20 a storage in use slows every promise down.
let storage: AsyncLocalStorage<InjectionScope | undefined> | undefined;

/** Has injected calls find the scope of the call in whose asynchronous flow they run. */
export function useFlow(): void {
  if (storage) return;
  const made = new AsyncLocalStorage<InjectionScope | undefined>();
  storage = made;
  // A request begins a flow of its own, also on a server that was started inside an injected call.
  subscribe('http.server.request.start', () => made.enterWith(undefined));
}

/** Whether any provider asks for sharing. */
export function isFlowUsed(): boolean {
  return storage !== undefined;
}

/** The scope of the call in whose flow this runs. */
export function scopeOfFlow(): InjectionScope | undefined {
  return storage?.getStore();
}

/** Runs a body in the flow of a scope, or of none. Its caller has what it enters of other storages, as of any call. */
export function inFlowOf<T>(scope: InjectionScope | undefined, body: () => T): T {
  return storage ? storage.run(scope, body) : body();
}
