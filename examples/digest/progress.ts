import { singleton } from 'offstage';

const most = 64; // files under way at one time: enough for every core, and little memory

/** Counts what is under way: with a bar on a terminal, with a line now and then elsewhere. */
@singleton
export class Progress {
  #done = 0;
  readonly #underWay = new Set<Promise<void>>();

  /** Waits until another file may begin. */
  async room(): Promise<void> {
    while (this.#underWay.size >= most) await Promise.race(this.#underWay);
  }

  track(result: Promise<unknown>): void {
    const ended: Promise<void> = result.then(
      () => this.#ended(ended),
      () => this.#ended(ended),
    );
    this.#underWay.add(ended);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#underWay);
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  #ended(task: Promise<void>): void {
    this.#underWay.delete(task);
    this.#done++;
    if (!process.stderr.isTTY) {
      if (this.#done % 1000 === 0) console.error(`${this.#done} files`);
      return;
    }
    if (this.#done % 50 !== 0) return;
    const bar = '█'.repeat((this.#done / 50) % 40).padEnd(40, '░');
    process.stderr.write(`\r${bar} ${this.#done} files`);
  }
}
