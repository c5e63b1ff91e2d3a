// `web-server.ts <framework> <variant>`: a child process that serves. It tells its port, and to each message how many
// tasks have run, and the CPU time that it has taken, in µs. It loads no other framework: Express and Koa slow the whole process down by a fifth, once asynchronous
// contexts are in use.
import type { AddressInfo } from 'node:net';
import type { Servers } from '../web/servers.js';
import { shop } from '../web/shop.js';

const [framework = '', variant = ''] = process.argv.slice(2);
const { servers }: { servers: Servers } = await import(`../web/${framework}.js`);
const server = await servers[variant as keyof Servers](); // one of them, by who starts this
if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ tasks: shop.tasks, cpu: user + system });
});
process.on('disconnect', () => process.exit()); // whoever has started it is gone
process.send?.((server.address() as AddressInfo).port); // it listens on a port
