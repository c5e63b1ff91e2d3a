// Prints how long the first task of a bare pool takes.
import { Tinypool } from 'tinypool';

const started = performance.now();
const pool = new Tinypool({ filename: new URL('./floor-worker.mjs', import.meta.url).href, minThreads: 1 });
await pool.run(21);
console.log(performance.now() - started);
await pool.destroy();
