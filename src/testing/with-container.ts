import { Container } from '../container/default-container.js';
import { both, type Failure } from '../container/failures.js';
import type { Registry } from '../container/registry/registry.js';
import { Snapshot } from '../container/snapshot.js';
import { LeftOpenError } from '../errors.js';
import { laterParameters } from './later-parameters.js';

/** How {@link withContainer} makes its container. */
export interface TestContainerOptions {
  /**
   * The container whose providers the test starts with; if it has a parent, the test's container has one of its own,
   * with the providers of that. Default: the default container.
   */
  readonly like?: Container;
}

/**
 * Makes the body of a test, for any runner: it has a container of its own, with the providers that are registered
 * at that moment and no singleton made, from which every injected function resolves. Tests can run side by side.
 * After the body the container is disposed.
 *
 * @param body the test; after the container come the arguments of the test runner
 * @returns what `test()` takes
 * @throws LeftOpenError if the test leaves a scope open that it has opened by hand
 *
 * @example
 * ```ts
 * import { inject, singleton } from 'offstage';
 * import { withContainer } from 'offstage/testing';
 *
 * @singleton
 * class Mailer { send(to: string) { return `sent to ${to}`; } }
 * const notify = inject((mailer: Mailer, to: string) => mailer.send(to));
 *
 * const test = withContainer((container) => {
 *   container.override(Mailer, { useValue: { send: () => 'not sent' } });
 *   console.log(notify('ada'));
 * });
 * await test(); // not sent
 * ```
 */
export function withContainer<A extends unknown[]>(
  body: NoInfer<(container: Container, ...args: A) => unknown>,
  options?: TestContainerOptions,
): (...args: A) => Promise<void>;
/** The same where the body says the types of its arguments, not the runner. */
export function withContainer<A extends unknown[]>(
  body: (container: Container, ...args: A) => unknown,
  options?: TestContainerOptions,
): (...args: A) => Promise<void>;
export function withContainer<A extends unknown[]>(
  body: (container: Container, ...args: A) => unknown,
  { like = Container }: TestContainerOptions = {},
): (...args: A) => Promise<void> {
  return showingParameters(body, async (...args: A) => {
    const all = await freshFamily(like.resolver.registry);
    const [container] = all;
    let failure: Failure | undefined;
    try {
      await container.run(() => body(container, ...args));
    } catch (error) {
      failure = { error };
    }
    const left = failure ? [] : all.flatMap((each) => each.resolver.end.leftOpen());
    for (const each of all) {
      await each.dispose().catch((later: unknown) => {
        failure = both(failure, later);
      });
    }
    if (failure) throw failure.error;
    if (left.length > 0) throw leftOpen(left);
  });
}

/** A new container, then one for each that a registry inherits from: what a parent makes takes what the parent provides. */
async function freshFamily(registry: Registry): Promise<[Container, ...Container[]]> {
  const snapshot = new Snapshot(registry.snapshot(), new Set()); // before anything is awaited
  const parents = registry.parent ? await freshFamily(registry.parent) : [];
  const [parent] = parents;
  const container = Container.create(parent && { parent });
  await container.restore(snapshot);
  return [container, ...parents];
}

/** vitest reads in the source of a test which of its fixtures it wants. */
function showingParameters<T extends object>(body: (...args: never[]) => unknown, test: T): T {
  const source = `async (${laterParameters(body)}) => {}`;
  return Object.defineProperty(test, 'toString', { value: () => source });
}

function leftOpen(scopes: readonly (readonly string[])[]): LeftOpenError {
  const lines = scopes.map((names) => `  a scope with ${names.join(', ') || 'nothing in it'}`);
  return new LeftOpenError(
    ['the test left open:', ...lines].join('\n'),
    'Close what it opens: await using scope = container.openScope(), or await using value = container.resolve(…).',
  );
}
