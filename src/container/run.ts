import type { BoundCall, Call } from './call.js';
import type { Container } from './container.js';
import { both } from './failures.js';
import { InjectionScope } from './injection-scope.js';
import { logger } from './logger.js';
import { asyncInSync } from './plan.js';

/** Runs a bound call: opens its scope if it needs one, and closes it when what it returns has settled. */
export function run(
  call: Call,
  bound: BoundCall,
  container: Container,
  body: (values: unknown[]) => unknown,
  mayWait: boolean,
): unknown {
  if (!mayWait) {
    const slow = bound.dependencies.map(({ plan }) => plan?.waitsFor()).find(Boolean);
    if (slow) throw asyncInSync(slow, call.describe());
  }
  if (!bound.scoped) {
    const values = call.values(bound, undefined);
    if (!(values instanceof Promise)) return body(values);
    if (mayWait) return values.then(body);
    values.catch(() => {}); // told as our own error
    throw asyncInSync('a parameter', call.describe());
  }
  const scope = new InjectionScope(container);
  let result: unknown;
  try {
    const values = call.values(bound, scope);
    if (values instanceof Promise && !mayWait) {
      values.catch(() => {}); // told as our own error
      throw asyncInSync('a parameter', call.describe());
    }
    result = values instanceof Promise ? values.then(body) : body(values);
  } catch (error) {
    return failed(scope, error);
  }
  if (isThenable(result)) {
    return Promise.resolve(result).then(
      async (value) => {
        await scope.close();
        return value;
      },
      (error: unknown) => failed(scope, error, true),
    );
  }
  const closing = scope.close();
  if (!(closing instanceof Promise)) return result;
  closing.catch((error: unknown) => logger().error(error));
  throw asyncInSync('a resource', call.describe());
}

function failed(scope: InjectionScope, error: unknown, mayWait = false): unknown {
  try {
    const closing = scope.close({ error });
    if (closing instanceof Promise) {
      const told = closing.then(
        () => {
          throw error;
        },
        (later: unknown) => {
          throw both({ error }, later).error;
        },
      );
      if (mayWait) return told;
      told.catch(() => {}); // a sync call cannot wait: the body's error leaves now
    }
  } catch (later) {
    throw both({ error }, later).error;
  }
  throw error;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
