import { RemoteError } from '../errors.js';
import { classKey, declarationOf } from '../reflection/declare.js';
import { nameOf } from '../reflection/parameters.js';
import { onPoolThread } from './job.js';
import type { NamedContainer } from './remote-calls.js';
import type { RemoteClient } from './remote-client.js';

const slot = Symbol.for('offstage.thread');

/** The main thread's container, as a thread of a pool asks it: what it resolves are remotes. */
export interface MainContainer {
  resolve(token: object): unknown;
  resolveAsync(token: object): Promise<unknown>;
  has(token: object): boolean;
}

/** On a thread of a pool: what stands behind the default container there. */
export function mainContainer(): MainContainer | undefined {
  if (!onPoolThread()) return undefined;
  return {
    resolve: (token) => ask('resolve', token),
    resolveAsync: async (token) => await ask('resolveAsync', token),
    has: (token) => ask('has', token) === true,
  };
}

function ask(how: keyof NamedContainer, token: object): unknown {
  const client = (globalThis as { [slot]?: RemoteClient })[slot];
  const declaration = declarationOf(token);
  if (client && declaration) return client.ask(how, classKey(declaration.module, declaration.name));
  throw new RemoteError(
    `${nameOf(token)} cannot be resolved on a worker thread${client ? ': it has no name that the main thread knows' : ' outside a task'}`,
    'Take it as a parameter of the task.',
  );
}
