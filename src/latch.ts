/** Opens once: whoever waits for it goes on, and whoever comes later need not wait. */
export class Latch {
  readonly opened: Promise<void>;
  #open: () => void = () => {};
  #isOpen = false;

  constructor() {
    this.opened = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    this.#isOpen = true;
    this.#open();
  }
}
