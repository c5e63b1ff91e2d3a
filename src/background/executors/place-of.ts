import type { Call } from '../../container/injection/call.js';
import { place } from '../../container/resolution/place.js';
import { RegistrationError } from '../../errors.js';
import { otherPlatform } from '../../platform.js';
import { copyOf, locationOf } from '../../threads/task.js';
import type { FunctionPlace } from '../../threads/transfer/transfer.js';
import type { BackgroundOptions, TaskSettings } from '../options.js';
import { tellWhyOnLoop, wayToThread, whyOnLoop } from './on-the-loop.js';

/**
 * Where a thread finds the function of a task; `undefined` if it runs on the event loop.
 *
 * @throws RegistrationError if a thread is asked for, or closures are refused, and no thread can find it
 */
export function threadPlaceOf(
  { fn, async }: Call,
  { on }: Pick<TaskSettings, 'on'>,
  { closures }: Pick<BackgroundOptions, 'closures'>,
): FunctionPlace | undefined {
  if (on === 'loop' || (async && on !== 'thread')) return undefined;
  const location = locationOf(fn);
  if (otherPlatform) {
    tellWhyOnLoop(fn, location);
    return undefined;
  }
  if (location && 'module' in location) return location;
  const copy = on === 'thread' ? copyOf(fn) : undefined;
  if (copy) return copy;
  if (on === 'thread' || closures === 'reject') {
    throw new RegistrationError(
      `${place(fn)} cannot run on a worker thread: ${async ? 'it is async' : whyOnLoop(location)}`,
      async
        ? "Leave out on: 'thread', make it sync, or name it by task(import.meta.url, 'name', fn)."
        : wayToThread(fn),
    );
  }
  tellWhyOnLoop(fn, location);
  return undefined;
}
