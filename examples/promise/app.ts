import { isMainThread } from 'node:worker_threads';
import { type Background, Container, inject, singleton } from 'offstage';
import { resize } from './images.js';

@singleton
class Mailer {
  async send(to: string, subject: string) {
    console.log(`mail to ${to}: ${subject}`);
  }
}

@singleton
class Stats {
  total = 0;
  threads: boolean[] = [];
  record(ms: number, main: boolean) {
    this.total += ms;
    this.threads.push(main);
  }
}

async function sendWelcome(mailer: Mailer, to: string) {
  await mailer.send(to, 'Welcome!');
}

function thumbnail(stats: Stats, path: string) {
  const started = performance.now();
  resize(path);
  stats.record(performance.now() - started, isMainThread);
}

export const signUp = inject(async (bg: Background, email: string) => {
  await bg.add(sendWelcome, email);
  await bg.add(thumbnail, `${email}.png`);
  return 'accepted';
});

console.log(await signUp('ada@example.com'));
const stats = Container.resolve(Stats);
console.log(`thumbnail on the main thread: ${stats.threads.join()}; it took time: ${stats.total > 0}`);
