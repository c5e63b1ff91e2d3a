import { workerData } from 'node:worker_threads';
import { RemoteError } from '../errors.js';
import { classKey, declarationOf } from '../reflection/declare.js';
import { nameOf } from '../reflection/parameters.js';
import type { PoolThread } from './job.js';
import type { RemoteClient } from './remote-client.js';

const slot = Symbol.for('offstage.thread');

/** On a thread of a pool: asks the main thread's container for a class, and gives a remote of its value. */
export function threadResolver(): ((token: object) => unknown) | undefined {
  if ((workerData as [unknown, Partial<PoolThread> | undefined] | null)?.[1]?.offstage !== true)
    return undefined;
  return (token) => {
    const client = (globalThis as { [slot]?: RemoteClient })[slot];
    const declaration = declarationOf(token);
    if (client && declaration) return client.resolve(classKey(declaration.module, declaration.name));
    throw new RemoteError(
      `${nameOf(token)} cannot be resolved on a worker thread${client ? ': it has no name that the main thread knows' : ' outside a task'}`,
      'Take it as a parameter of the task.',
    );
  };
}
