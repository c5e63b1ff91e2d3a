import { constants } from 'node:os';
import { clock } from '../../container/clock.js';
import { closingServers } from '../../container/closing-servers.js';
import { Container } from '../../container/default-container.js';
import { allSaid, logError, logger } from '../../container/logger.js';
import { busy } from '../../container/scopes/busy.js';
import { tellUnfinished, unfinished } from '../../container/unfinished.js';
import { inRoot } from '../../root-context.js';
import { checker, isDuration } from '../options.js';
import { lastMilliseconds } from './drain.js';

/** How {@link drainOnSignal} ends the process. */
export interface DrainOnSignalOptions {
  /**
   * How long the signal waits for what is under way, in milliseconds. What has not ended then is logged by name and given
   * up: its signals are aborted, its threads are ended, and it has half a second to tidy up before the process ends.
   * Default: as long as it takes.
   */
  readonly gracePeriod?: number;
}

type EndingSignal = (typeof signals)[number];
const signals = ['SIGINT', 'SIGTERM'] as const;
/** A terminal and the parent (npm, a shell) may both send one: twice within this time means once. */
const echoMilliseconds = 100;

const installed: DrainOnSignalOptions[] = [];
let first: { readonly signal: EndingSignal; readonly at: number } | undefined;

/**
 * Has `SIGINT` and `SIGTERM` end the process when what is under way has ended: first the servers that other handlers
 * of the signal close by their adapters, which wait for the tasks of their requests as long as they take; then
 * `Container.dispose()` waits for the injected calls in flight and for tasks, each `Background` for its own
 * `gracePeriod` at most, and closes resources and singletons; calls and tasks of containers that are not below it are
 * waited for, too. The exit code is the signal's, 130 or 143, whatever
 * happens on the way: who has sent the signal looks at that. A second signal ends the process at once; the same one
 * within 100 ms counts as one, since a terminal and `npm` both send it.
 *
 * @returns takes the handlers back
 * @throws ArgumentError if an option has no meaning
 *
 * @example
 * ```ts
 * import { Background, drainOnSignal, inject } from 'offstage';
 *
 * async function resize(image: string) { return `resized ${image}`; }
 *
 * drainOnSignal({ gracePeriod: 10_000 });
 * const main = inject(async (bg: Background, images: string[]) => bg.map(resize, images));
 * console.log(String(await main(['a.png']))); // resized a.png
 * ```
 */
export function drainOnSignal(options: DrainOnSignalOptions = {}): Disposable {
  checker('drainOnSignal')('gracePeriod', options.gracePeriod, isDuration);
  if (installed.length === 0) for (const signal of signals) process.on(signal, received);
  const own = { ...options };
  installed.push(own);
  return {
    [Symbol.dispose]: () => {
      const at = installed.indexOf(own);
      if (at < 0) return;
      installed.splice(at, 1);
      if (installed.length === 0) for (const signal of signals) process.off(signal, received);
    },
  };
}

function received(signal: EndingSignal): void {
  const now = clock.now();
  if (first) {
    if (first.signal === signal && now - first.at < echoMilliseconds) return;
    process.exit(exitCode(signal));
  }
  first = { signal, at: now };
  // In the root context: the handlers may have been installed inside a call or a task.
  inRoot(() => void drain(signal, installed.at(-1) ?? {}));
}

async function drain(signal: EndingSignal, options: DrainOnSignalOptions): Promise<void> {
  const { gracePeriod = Number.POSITIVE_INFINITY } = options;
  const code = exitCode(signal);
  // Also if nothing can go on, and the process ends by itself.
  process.exitCode = code;
  // Or an error ends it meanwhile: what follows a call may find its container disposed.
  process.once('exit', (given) => {
    if (given === 1) process.exitCode = code;
  });
  const left = unfinished(Container.resolver.end.unfinished(true));
  if (left !== '') logger().info(`${signal}: the process ends when these have ended:${left}`);
  const giveUp = () => {
    logger().warn(`${signal}: the grace period of ${gracePeriod} ms is over`);
    if (unfinished([]) === '') process.exit(code); // no task is left that could tidy up
    tellUnfinished(Container.resolver.end.unfinished());
    for (const each of [...busy]) each.abandonAll(gracePeriod);
    clock.after(lastMilliseconds, () => process.exit(code)); // what goes on below may end it before
  };
  if (Number.isFinite(gracePeriod)) clock.after(gracePeriod, giveUp, false);
  // Other handlers of the signal run after this one, and may close servers.
  await new Promise(setImmediate);
  await allSaid(); // before what it tells of ends
  await closingServers.ended();
  await Container.dispose().catch(logError);
  await others();
  await allSaid();
  process.exit(code);
}

/** Calls and tasks of containers that are neither the default one nor below it. */
async function others(): Promise<void> {
  for (;;) {
    const left = [
      Container.resolver.calls.ended(true, true) ?? [],
      [...busy].map((each) => each.quiet() ?? []),
    ].flat(2);
    if (left.length === 0) return;
    await Promise.allSettled(left);
    await new Promise(setImmediate); // what waited for them goes on: it closes, or adds others
  }
}

function exitCode(signal: EndingSignal): number {
  return 128 + constants.signals[signal];
}
