// Prints how long a new thread takes until its first task runs: it starts, and loads a slice.
import { Background } from 'offstage';

/** The time of this moment, the same on every thread. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
let started = 0;
process.on('worker', () => {
  started = now();
});
await using bg = new Background({ maxWorkers: 1 });
const { result } = await bg.add(now);
console.log((await result) - started);
