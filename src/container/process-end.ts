import { Container } from './default-container.js';
import { logger } from './logger.js';
import { busy } from './scopes/busy.js';
import { callsInFlight, listed, unfinished } from './unfinished.js';

/** What Node takes for a top-level `await` that never settles. */
const unsettled = 13;
/** Whether nothing is left that could go on. */
let ranEmpty = false;

process.once('beforeExit', () => {
  ranEmpty = true;
  Container.dispose().catch((error: unknown) => {
    logger().error(error);
    process.exitCode = 1;
  });
});

process.once('exit', (code) => {
  const names = unfinished();
  if (names.length === 0) return;
  logger().error(`The process ends, and had not finished:${listed(names)}`);
  const lost = callsInFlight().length > 0 || [...busy].some(({ unended }) => unended);
  // Who calls process.exit(0) means it.
  if (lost && ranEmpty && code === 0) process.exitCode = unsettled;
});
