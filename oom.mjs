import { Worker, isMainThread } from 'node:worker_threads';
if (isMainThread) { const limits = process.argv[2] ? { resourceLimits: { maxOldGenerationSizeMb: 48 } } : {}; const w = new Worker(new URL(import.meta.url), limits); w.on('error', (e) => console.log('error', e.code)); w.on('exit', (c) => console.log('exit', c)); }
else { const hoard = []; for (;;) hoard.push(new Array(1000).fill(hoard.length)); }
