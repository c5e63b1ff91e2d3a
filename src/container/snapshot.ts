import { RegistrationError } from '../errors.js';
import type { RegistrySnapshot } from './registry/registry.js';

/** What a container held at one moment, for `Container.restore()`. */
export class Snapshot {
  /** Never set: the compiler takes nothing else for a snapshot. */
  declare private readonly mark: true;
  /** @internal */
  readonly registry: RegistrySnapshot;
  /** @internal */
  readonly made: ReadonlySet<object>;

  /** @internal */
  constructor(registry: RegistrySnapshot, made: ReadonlySet<object>) {
    this.registry = registry;
    this.made = made;
  }
}

/** Refuses what `snapshot()` has not given, before anything is changed. */
export function checkSnapshot(snapshot: unknown): void {
  if (snapshot instanceof Snapshot) return;
  throw new RegistrationError(
    'restore(…) was given something that is not a snapshot',
    'Pass what snapshot() has given, of this container or another one.',
  );
}
