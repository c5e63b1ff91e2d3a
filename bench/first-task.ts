// Prints how long the first task on a thread takes, from `add` to its result: the thread starts and loads a slice.
import { type Background, inject } from 'offstage';

function double(n: number): number {
  return n * 2;
}
const first = inject(async (bg: Background) => (await bg.add(double, 21)).result);
const started = performance.now();
await first();
console.log(performance.now() - started);
