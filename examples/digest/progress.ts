import { singleton } from 'offstage';

const most = 64; // files under way at one time: enough for every core, and little memory

/** Counts what is under way, and shows a bar on a terminal. */
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
    if (!process.stderr.isTTY || this.#done % 50 !== 0) return;
    const bar = '█'.repeat((this.#done / 50) % 40).padEnd(40, '░');
    process.stderr.write(`\r${bar} ${this.#done} files`);
  }
}
