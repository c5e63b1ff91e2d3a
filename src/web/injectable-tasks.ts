import type { MakingProvider } from '../container/registry/provider.js';
import { addBuiltIn } from '../container/registry/registry.js';
import { remember } from '../container/resolution/creation.js';
import { Scope } from '../container/scope.js';
import { BackgroundTasks } from './background-tasks.js';
import { currentRequest } from './web-request.js';

const provider: MakingProvider = {
  kind: 'factory',
  token: BackgroundTasks,
  scope: Scope.Resource,
  make: tasksOfRequest,
};

/** Those of the request; outside any, those of the call, which runs them when it ends. */
function tasksOfRequest(): BackgroundTasks {
  const request = currentRequest();
  if (!request) return new BackgroundTasks();
  remember(provider, request.tasks); // no call closes them
  return request.tasks;
}

addBuiltIn(provider);
