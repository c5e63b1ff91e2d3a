import { RemoteError } from '../errors.js';
import { keyOf } from '../reflection/declare.js';
import { nameOf } from '../values.js';
import { currentTask, type MainContainer, type ThreadScope } from './current-task.js';
import type { Question } from './remotes/remote-calls.js';
import type { RemoteClient } from './remotes/remote-client.js';

/** The scope of the main thread that stands behind one of this thread. */
interface There {
  readonly id: number;
  readonly client: RemoteClient;
  /** Whether it closes with that of this thread. */
  opened: boolean;
}

const known = new WeakMap<ThreadScope, There>();

/** The main thread's container, as the task asks it that runs. */
export const mainContainerOfTasks: MainContainer = {
  resolve: (token) => ask('resolve', token),
  resolveIn,
  resolveAsync: async (token) => await ask('resolveAsync', token),
  has: (token) => ask('has', token) === true,
  check: (token) => void keyFor(token),
};

function ask(how: Question, token: object): unknown {
  // A class without a name is one that the main thread has no provider for; any other token may have one there.
  if (how === 'has' && typeof token === 'function' && keyOf(token) === undefined) return false;
  return clientFor(token).ask(how, keyFor(token));
}

function resolveIn(token: object, scope: ThreadScope): unknown {
  const key = keyFor(token);
  const there = thereOf(scope, token);
  return there.client.askIn({ id: there.id, outer: outerOf(scope), hasEnded: scope.hasEnded }, key, () => {
    if (there.opened) return;
    there.opened = true;
    scope.own({ close: (failure) => there.client.close(there.id, failure) });
  });
}

function thereOf(scope: ThreadScope, token: object): There {
  let there = known.get(scope);
  if (!there) {
    const client = clientFor(token);
    there = { id: client.newScope(), client, opened: false };
    known.set(scope, there);
  }
  return there;
}

/** The nearest scope around this one that has something open; else that of the task, unless it is in no flow. */
function outerOf(scope: ThreadScope): number | undefined {
  let { outer } = scope;
  for (; outer; outer = outer.outer) {
    const there = known.get(outer);
    if (there?.opened) return there.id;
  }
  return outer === null ? undefined : 0;
}

function keyFor(token: object): string {
  const key = keyOf(token);
  if (key !== undefined) return key;
  throw unresolvable(token, 'it has no name that the main thread knows');
}

function clientFor(token: object): RemoteClient {
  const task = currentTask();
  if (task) return task.client;
  throw unresolvable(token, 'no task runs here');
}

function unresolvable(token: object, why: string): RemoteError {
  return new RemoteError(
    `${nameOf(token)} cannot be resolved on a worker thread: ${why}`,
    'Take it as a parameter of the task.',
  );
}
