import { AsyncLocalStorage } from 'node:async_hooks';
import { CircularDependencyError } from '../../errors.js';
import { tokenName } from '../tokens/token.js';

const storage = new AsyncLocalStorage<Making>();
let active = 0;

/** On whose behalf the present flow asks, if that is known. */
function asking(): Making | undefined {
  return active === 0 ? undefined : storage.getStore();
}

function left(): void {
  // On Node 20 a storage in use slows every promise of the process down.
  if (--active === 0) storage.disable();
}

/** The making of one value, which may take time and ask for other values: so that a circle of them is found. */
export class Making {
  readonly token: object;
  /** Those that wait for this one. */
  readonly #waiting = new Set<Making>();

  constructor(token: object) {
    this.token = token;
  }

  /** Makes it, so that what is asked for meanwhile is known to be asked on its behalf. */
  run(create: () => unknown): unknown {
    active++;
    let result: unknown;
    try {
      result = storage.run(this, create);
    } finally {
      if (result instanceof Promise) result.then(left, left);
      else left();
    }
    return result;
  }

  /**
   * Begins it, or joins in waiting for it, with it noted who waits: what it needs may ask for that one in turn.
   *
   * @param begun whether it has begun before
   * @throws CircularDependencyError if it waits for who asks for it now
   */
  waitFor(begun: boolean, start: () => unknown): unknown {
    const waiting = asking();
    if (!waiting) return start();
    const path = begun ? waiting.#pathTo(this) : undefined;
    if (path) throw circular([...path.reverse(), this]);
    this.#waiting.add(waiting);
    const leave = () => void this.#waiting.delete(waiting);
    let result: unknown;
    try {
      result = start();
    } finally {
      if (result instanceof Promise) result.then(leave, leave);
      else leave();
    }
    return result;
  }

  /** Those from this one to `target`, each waiting for the one before. */
  #pathTo(target: Making, seen = new Set<Making>()): Making[] | undefined {
    if (this === target) return [this];
    seen.add(this);
    for (const next of this.#waiting) {
      const rest = seen.has(next) ? undefined : next.#pathTo(target, seen);
      if (rest) return [this, ...rest];
    }
    return undefined;
  }
}

/** Each was asked for by the one before. */
export function circular(path: readonly Making[]): CircularDependencyError {
  const names = path.map(({ token }) => tokenName(token));
  return new CircularDependencyError(
    `${names[0]} was asked for while it was being made: ${names.join(' -> ')}`,
    `Have one of them take the other as Lazy, and use it after both were made.`,
  );
}
