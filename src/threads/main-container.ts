import { RemoteError } from '../errors.js';
import { keyOf } from '../reflection/declare.js';
import { nameOf } from '../reflection/parameters.js';
import { currentTask, onPoolThread } from './current-task.js';
import type { NamedContainer } from './remotes/remote-calls.js';

/** The main thread's container, as a thread of a pool asks it: what it resolves are remotes. */
const asked = {
  resolve: (token: object) => ask('resolve', token),
  resolveAsync: async (token: object) => await ask('resolveAsync', token),
  has: (token: object) => ask('has', token) === true,
};

/** On a thread of a pool: what stands behind the default container there. */
export function mainContainer(): typeof asked | undefined {
  return onPoolThread() ? asked : undefined;
}

function ask(how: keyof NamedContainer, token: object): unknown {
  const task = currentTask();
  const key = keyOf(token);
  if (task && key !== undefined) return task.client.ask(how, key);
  throw new RemoteError(
    `${nameOf(token)} cannot be resolved on a worker thread${task ? ': it has no name that the main thread knows' : ' outside a task'}`,
    'Take it as a parameter of the task.',
  );
}
