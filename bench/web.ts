import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, section } from './table.js';
import { load } from './web/client.js';
import { type Variant, variants } from './web/servers.js';

const frameworks = { node: 'node:http', hono: 'Hono', fastify: 'Fastify', express: 'Express', koa: 'Koa' };
const paths = { '/': 'A handler that greets', '/products/7': 'A handler that asks a database for a row' };
const rounds = 9;
const warmUp = 2;
const roundMilliseconds = 600;
const connections = 128;

interface Server {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Each in a process of its own. */
async function start(framework: string, variant: Variant): Promise<Server> {
  const file = fileURLToPath(new URL('./programs/web-server.ts', import.meta.url));
  const process_ = spawn(process.execPath, ['--import', 'offstage/register', file, framework, variant], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await once(process_.stdout, 'data');
  return { process: process_, port: Number(String(printed)) };
}

/** For each path the requests a second of each variant, round by round. */
async function measure(framework: string): Promise<Map<string, Map<Variant, number[]>>> {
  const servers = new Map<Variant, Server>();
  for (const variant of variants) servers.set(variant, await start(framework, variant));
  const measured = new Map<string, Map<Variant, number[]>>();
  for (const path of Object.keys(paths)) {
    const rates = new Map<Variant, number[]>(variants.map((variant) => [variant, []]));
    for (let round = -warmUp; round < rounds; round++) {
      for (const [variant, { port }] of servers) {
        const rate = await load(port, path, connections, roundMilliseconds);
        if (round >= 0) rates.get(variant)?.push(rate);
      }
    }
    measured.set(path, rates);
  }
  for (const { process } of servers.values()) process.kill();
  return measured;
}

function row(name: string, rates: ReadonlyMap<Variant, readonly number[]>): string[] {
  const bare = rates.get('bare') ?? [];
  const ratio = (variant: Variant) =>
    median((rates.get(variant) ?? []).map((rate, round) => rate / (bare[round] ?? Number.NaN))).toFixed(2);
  const perRequest = (variant: Variant) => (1e6 / median(rates.get(variant) ?? [])).toFixed(1);
  const micros = variants.map((variant) => `${perRequest(variant)} µs`);
  return [name, ...micros, ratio('by hand'), ratio('offstage')];
}

/** What a request costs on a real socket: an injected handler, its scope, and one task after the response. */
export async function table(): Promise<string> {
  const rows = new Map<string, string[][]>(Object.keys(paths).map((path) => [path, []]));
  for (const [framework, name] of Object.entries(frameworks)) {
    for (const [path, rates] of await measure(framework)) rows.get(path)?.push(row(name, rates));
  }
  const head = ['', 'bare', 'by hand', 'offstage', 'by hand : bare', 'offstage : bare'];
  const note =
    'Ratios are of the requests a second (larger is better). By hand: what a program does without a library that wants ' +
    'to find its request anywhere, and a task after the response in the asynchronous context of its handler.';
  return Object.entries(paths)
    .map(([path, what]) =>
      section(`${what}, and one task after each response`, head, rows.get(path) ?? [], [note]),
    )
    .join('\n');
}
