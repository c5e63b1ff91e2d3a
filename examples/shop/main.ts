// A shop on Hono or Fastify: what takes long happens after the response.
//   npm run example:shop [-- hono|fastify [port]]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Container } from 'offstage';
import { serveFastify } from './fastify.js';
import { serveHono } from './hono.js';
import { startMailServer } from './mail-server.js';
import { Settings } from './settings.js';
import { showTasks } from './show-tasks.js';
import { usage } from './usage.js';

const [framework = 'hono', port = '3000'] = process.argv.slice(2);
const serve = new Map([
  ['hono', serveHono],
  ['fastify', serveFastify],
]).get(framework);
if (!serve) {
  console.error(`shop: there is no ${framework}, only hono and fastify`);
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), 'shop-'));
const mailServer = await startMailServer(folder);
Container.registerProvider(Settings, { useValue: new Settings(folder, mailServer.port) });
showTasks();
const shop = await serve(Number(port));
console.log(usage(framework, shop.port, folder));

/** Accepts no more requests, and waits for those under way and for their tasks; then the process has nothing to do. */
async function close() {
  console.log('closing');
  await shop.close();
  await mailServer.close();
  console.log('closed');
}
let open = true;
// A terminal and npm both send the signal: only the first one counts.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (open) void close();
    open = false;
  });
