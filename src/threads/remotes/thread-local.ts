import type { OwnReference } from '../transfer/transfer.js';

const known = new Map<number, WeakRef<ThreadLocal>>();
const collected = new FinalizationRegistry((own: number) => void known.delete(own));
let last = 0;

/** On the main thread: stands for a singleton of which each worker thread makes an instance of its own. */
export class ThreadLocal {
  readonly reference: OwnReference;
  readonly #make: () => Promise<readonly unknown[]>;
  #parts: Promise<readonly unknown[]> | undefined;

  /**
   * @param place where a thread finds the class
   * @param parts gives what its constructor takes
   */
  constructor(
    place: { readonly module: string; readonly name: string },
    parts: () => Promise<readonly unknown[]>,
  ) {
    this.reference = { own: ++last, module: place.module, class: place.name };
    this.#make = parts;
    known.set(last, new WeakRef(this));
    collected.register(this, last);
  }

  /** What the constructor takes: made once, for all threads. A failure is not kept. */
  parts(): Promise<readonly unknown[]> {
    this.#parts ??= this.#make().catch((error: unknown) => {
      this.#parts = undefined;
      throw error;
    });
    return this.#parts;
  }

  /** The one that a thread means. */
  static of(own: number): ThreadLocal | undefined {
    return known.get(own)?.deref();
  }

  /** Those that nobody can mean any more: their container is gone. */
  static goneAmong(own: readonly number[]): number[] {
    return own.filter((each) => !ThreadLocal.of(each));
  }
}
