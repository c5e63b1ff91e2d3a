import { type Linked, LinkedList } from './linked-list.js';

/** What has work that has not ended: a `Background` with tasks. */
export interface Busy extends Linked<Busy> {
  /** Whether no scope closes it, so that this container waits for it. */
  isLeftTo(resolver: object): boolean;
  quiet(): Promise<void> | undefined;
  /** Whether something has no end yet; else only bodies are left of what was cancelled or took too long. */
  readonly unended: boolean;
  /** The work, for messages. */
  names(): readonly string[];
}

/** All in this process, so that nothing is lost without a word when it ends. */
export const busy = new LinkedList<Busy>();
