/**
 * `node --import offstage/register app.ts`: runs TypeScript, and lets plain typed functions be injected.
 *
 * @module
 */
import { workerData } from 'node:worker_threads';
import { installHooks } from './install-hooks.js';

/** A worker of the pool loads slices: its dispatcher says so by itself. */
function isPoolWorker(): boolean {
  const own: unknown = Array.isArray(workerData) ? workerData[1] : undefined;
  return typeof own === 'object' && own !== null && 'offstage' in own && own.offstage === true;
}

if (!isPoolWorker()) await installHooks({ mode: 'main' });
