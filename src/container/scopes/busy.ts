import { type Linked, LinkedList } from '../../linked-list.js';

/** Says what something is, for a message. */
export type Named = () => string;

/** What has work that has not ended: a `Background` with tasks. */
export interface Busy extends Linked {
  /** A promise while a container has to wait for work that resolves from it, and that no scope of it waits for. */
  quietFor(resolver: object): Promise<unknown> | undefined;
  /** A promise while any of it has not ended, no longer than the grace period. */
  quiet(): Promise<unknown> | undefined;
  /**
   * What has not ended, for messages: not the body that a cancelled task has left behind. Each says its name when it is
   * asked, since there may be a million of them.
   */
  unfinished(): readonly Named[];
  /** Gives up what has not ended; it has a moment to tidy up. */
  abandonAll(gracePeriod: number): void;
}

/** All in this process, so that nothing is lost without a word when it ends. */
export const busy = new LinkedList<Busy>();
