import { type Linked, LinkedList } from './linked-list.js';

/** What has work that has not ended: a `Background` with tasks. */
export interface Busy extends Linked {
  /** Whether no scope closes it, so that this container waits for it. */
  isLeftTo(resolver: object): boolean;
  quiet(): Promise<void> | undefined;
  /** What has not ended, for messages: not the body that a cancelled task has left behind. */
  names(): readonly string[];
}

/** All in this process, so that nothing is lost without a word when it ends. */
export const busy = new LinkedList<Busy>();
