import { addBuiltIn } from '../../container/registry/registry.js';
import { Scope } from '../../container/scope.js';
import { currentWork } from '../../container/scopes/work.js';
import { ScopeClosedError } from '../../errors.js';
import { tellProgress } from '../watching.js';
import { Task } from './task.js';
import { TaskContext } from './task-context.js';

/** The task in whose asynchronous flow this runs. */
function currentTask(): Task | undefined {
  const work = currentWork();
  return work instanceof Task ? work : undefined;
}

/** Outside a task nothing is ever cancelled. */
function signalOfTask(): AbortSignal {
  return currentTask()?.running?.signal ?? new AbortController().signal;
}

function contextOfTask(): TaskContext {
  const task = currentTask();
  if (task) {
    return new TaskContext(task, (progress) => {
      if (task.running) task.running.progress = progress;
      tellProgress(task, progress);
    });
  }
  throw new ScopeClosedError(
    'a TaskContext was asked for where no task runs',
    'Take it as a parameter of a function that you add to a Background.',
  );
}

// Resources, since they belong to one task: a singleton cannot keep them.
addBuiltIn({ kind: 'factory', token: AbortSignal, scope: Scope.Resource, make: signalOfTask });
addBuiltIn({ kind: 'factory', token: TaskContext, scope: Scope.Resource, make: contextOfTask });
