const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal is aborted. However many ask, the signal has one listener: Node warns of more than ten.
 *
 * @returns takes it back
 */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  const all = listeners.get(signal) ?? listenTo(signal);
  all.add(aborted);
  return () => void all.delete(aborted);
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const all = new Set<() => void>();
  listeners.set(signal, all);
  const tellAll = () => {
    for (const aborted of all) aborted();
  };
  signal.addEventListener('abort', tellAll, { once: true });
  return all;
}
