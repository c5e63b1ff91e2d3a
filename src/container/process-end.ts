import type { Container } from './container.js';
import { logError } from './logger.js';
import { tellUnfinished } from './unfinished.js';

/** What Node takes for a top-level `await` that never settles. */
const unsettled = 13;

/** Has a container end with the process, which names what it had not finished. */
export function endWithProcess(container: Container): void {
  /** Whether nothing was left that could go on. */
  let ranEmpty = false;
  process.once('beforeExit', () => {
    ranEmpty = true;
    if (container.resolver.end.isDisposing) return; // whoever disposes it is told how that ends
    // A call that leaves nothing open may well never end: a loop over events.
    container.resolver.end.dispose(false).catch((error: unknown) => {
      logError(error);
      process.exitCode = 1;
    });
  });
  process.once('exit', (code) => {
    if (!tellUnfinished(container.resolver.end.unfinished())) return;
    // Who calls process.exit(0) means it.
    if (ranEmpty && code === 0) process.exitCode = unsettled;
  });
}
