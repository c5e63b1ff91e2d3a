// Prints how long a new thread of a bare pool takes until its first task has run.
import { Tinypool } from 'tinypool';

let started = 0;
process.on('worker', () => {
  started = performance.now();
});
const pool = new Tinypool({ filename: new URL('./one.mjs', import.meta.url).href, minThreads: 1 });
await pool.run(21);
console.log(performance.now() - started);
await pool.destroy();
