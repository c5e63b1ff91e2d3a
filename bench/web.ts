import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, section } from './table.js';
import { load } from './web/client.js';
import { type Variant, variants } from './web/servers.js';

const frameworks = { node: 'node:http', hono: 'Hono', fastify: 'Fastify', express: 'Express', koa: 'Koa' };
const order = JSON.stringify({ product: 7, quantity: 2, email: 'ada@example.com' });
/** What is asked, by what its handler does. */
const requests = {
  'A handler that greets': 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n',
  'A handler that takes an order: JSON, a query and an insert':
    'POST /orders HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n' +
    `content-length: ${order.length}\r\n\r\n${order}`,
};
/** Processes of each variant: the same program is a tenth faster in one than in another. */
const launches = 4;
const rounds = 3;
const warmUp = 2;
const roundMilliseconds = 300;
const connections = 128;

/** A server in a process of its own. */
interface Server {
  readonly child: ChildProcess;
  readonly port: number;
  /** How many requests it has answered. */
  answers: number;
}

/** What a server tells of itself. */
interface Told {
  readonly tasks: number;
  /** CPU time that it has taken, in µs. */
  readonly cpu: number;
}

/** Of each variant, round by round. */
interface Rounds {
  /** Requests a second. */
  readonly rates: Record<Variant, number[]>;
  /** CPU time of the server for each, in µs: it varies less. */
  readonly cpu: Record<Variant, number[]>;
}

async function start(framework: string, variant: Variant): Promise<Server> {
  const program = fileURLToPath(new URL('./programs/web-server.ts', import.meta.url));
  const child = fork(program, [framework, variant]); // with the flags of this process
  const [port] = await once(child, 'message');
  return { child, port: Number(port), answers: 0 };
}

async function ask({ child }: Server): Promise<Told> {
  child.send('');
  const [told] = await once(child, 'message');
  return told;
}

/** For each request what the variants do. */
async function measure(framework: string): Promise<Map<string, Rounds>> {
  const none = () => ({ bare: [], 'by hand': [], offstage: [] });
  const measured = new Map<string, Rounds>();
  for (const what of Object.keys(requests)) measured.set(what, { rates: none(), cpu: none() });
  for (let launch = 0; launch < launches; launch++) await measureLaunch(framework, measured);
  return measured;
}

async function measureLaunch(framework: string, measured: Map<string, Rounds>): Promise<void> {
  const servers = new Map<Variant, Server>();
  for (const variant of variants) servers.set(variant, await start(framework, variant));
  for (const [what, request] of Object.entries(requests)) {
    for (let round = -warmUp; round < rounds; round++) {
      for (const [variant, server] of servers) {
        const before = await ask(server);
        const { answers, perSecond } = await load(server.port, request, connections, roundMilliseconds);
        const { cpu } = await ask(server);
        server.answers += answers;
        if (round < 0) continue;
        measured.get(what)?.rates[variant].push(perSecond);
        measured.get(what)?.cpu[variant].push((cpu - before.cpu) / answers);
      }
    }
  }
  for (const [variant, server] of servers) {
    await checkTasks(variant, server);
    server.child.kill();
  }
}

/** Each answer has had its task, but those of the server that has none. */
async function checkTasks(variant: Variant, server: Server): Promise<void> {
  const { tasks } = await ask(server);
  const isRight = variant === 'bare' ? tasks === 0 : tasks >= server.answers;
  if (!isRight) throw new Error(`${variant}: ${tasks} tasks for ${server.answers} answers`);
}

function row(name: string, { rates, cpu }: Rounds): string[] {
  const micros = variants.map((variant) => `${median(cpu[variant]).toFixed(1)} µs`);
  const ratio = (variant: Variant) =>
    median(rates[variant].map((rate, round) => rate / (rates.bare[round] ?? Number.NaN))).toFixed(2);
  return [name, ...micros, ratio('by hand'), ratio('offstage')];
}

/** What a request costs on a real socket: an injected handler, its scope, and one task after the response. */
export async function table(): Promise<string> {
  const rows = new Map<string, string[][]>(Object.keys(requests).map((what) => [what, []]));
  for (const [framework, name] of Object.entries(frameworks)) {
    for (const [what, rounds] of await measure(framework)) rows.get(what)?.push(row(name, rounds));
  }
  const head = ['', 'bare', 'by hand', 'offstage', 'by hand : bare', 'offstage : bare'];
  const note =
    'Times are what the server takes of the CPU for a request; ratios are of the requests a second (larger is better). ' +
    'Bare: without a task. By hand: what a program does without a library that wants to find its request anywhere, and a ' +
    'task after the response in the asynchronous context of its handler.';
  return [...rows]
    .map(([what, own]) => section(`${what}, and one task after each response`, head, own, [note]))
    .join('\n');
}
