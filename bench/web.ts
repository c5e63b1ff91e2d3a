import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { median, section } from './table.js';
import { load } from './web-client.js';

const frameworks = ['node:http', 'Hono', 'Fastify', 'Express', 'Koa'];
const rounds = 11;
const warmUp = 3;
const roundMilliseconds = 700;
const connections = 128;

interface Server {
  readonly process: ChildProcess;
  readonly port: number;
}

async function start(framework: string, variant: string): Promise<Server> {
  const file = fileURLToPath(new URL('./programs/web-server.ts', import.meta.url));
  const process_ = spawn(process.execPath, ['--import', 'offstage/register', file, framework, variant], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await once(process_.stdout, 'data');
  return { process: process_, port: Number(String(printed)) };
}

/** The bare framework, and with a scope and one task for each request: each server in a process of its own. */
async function row(framework: string): Promise<string[]> {
  const bare = await start(framework, 'bare');
  const offstage = await start(framework, 'offstage');
  const rates: { readonly bare: number; readonly offstage: number }[] = [];
  for (let round = -warmUp; round < rounds; round++) {
    const measured = {
      bare: await load(bare.port, connections, roundMilliseconds),
      offstage: await load(offstage.port, connections, roundMilliseconds),
    };
    if (round >= 0) rates.push(measured);
  }
  bare.process.kill();
  offstage.process.kill();
  const ratio = median(rates.map((rate) => rate.offstage / rate.bare));
  const shown = (name: 'bare' | 'offstage') => String(Math.round(median(rates.map((rate) => rate[name]))));
  return [framework, shown('bare'), shown('offstage'), ratio.toFixed(2)];
}

/** What a request costs on a real socket: an injected handler, its scope, and one task after the response. */
export async function table(): Promise<string> {
  const rows: string[][] = [];
  for (const framework of frameworks) rows.push(await row(framework));
  const title = 'Requests a second, with one task after each response (larger is better)';
  return section(title, ['', 'bare', 'with offstage', 'ratio'], rows);
}
