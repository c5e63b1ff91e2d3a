import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { commandsIn } from './fixtures/other-platforms.js';
import { startCommand } from './fixtures/run-program.js';
import { answerOf, eventsOf, rawClient, within } from './fixtures/web/driving.js';

const folder = mkdtempSync(join(tmpdir(), 'offstage-runtimes-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'node_modules'));
symlinkSync(fileURLToPath(new URL('../', import.meta.url)), join(folder, 'node_modules/offstage'), 'dir');

const commands = commandsIn(folder);
const timeout = 60_000;
type RunTime = keyof typeof commands;
const runTimes: readonly RunTime[] = ['Node', 'Bun', 'Deno'];
const servers: readonly (readonly [string, readonly RunTime[]])[] = [
  ['node', runTimes],
  ['express', runTimes],
  ['fastify', runTimes],
  ['koa', runTimes],
  ['hono', runTimes],
  ['hono-served', ['Bun', 'Deno']], // by Bun.serve and Deno.serve
];

function start(runTime: RunTime, ...args: readonly string[]) {
  const [command, ...flags] = commands[runTime];
  return startCommand(command, [...flags, ...args]);
}

/** What a program answers to its clients, and what becomes of their requests. */
async function outcomeOf(runTime: RunTime, framework: string): Promise<Record<string, unknown>> {
  const read = mkdtempSync(join(folder, 'read-')); // what has arrived, for tasks that wait for that
  const program = start(runTime, 'test/fixtures/programs/other-runtimes.ts', framework, read);
  const { child, ended } = program;
  const events = eventsOf(program);
  const outcome: Record<string, unknown> = {};
  try {
    const listening = await within('a port', program.printed('.\n'));
    const [first = 0, second = 0] = listening.match(/\d+/g)?.map(Number) ?? [];
    const asked = async (port: number, path: string, last = 'closed', method = 'GET') => {
      const answer = await answerOf(port, path, { method });
      await events.until(path, last);
      outcome[path] = [answer, ...events.of(path)];
    };
    await asked(first, '/all');
    await asked(first, '/head', 'closed', 'HEAD');
    await asked(first, '/empty');
    const { length } = await answerOf(first, '/throws');
    await events.until('/throws', 'rolled back');
    outcome['/throws'] = [length > 0, ...events.of('/throws')];

    for (const path of ['/blocks-short', '/blocks-long', '/blocks-stream']) {
      if (path === '/blocks-long' && takesBodyAtOnce(runTime, framework)) continue;
      const { length } = await answerOf(first, path);
      writeFileSync(join(read, path), '');
      await events.until(path, 'closed');
      outcome[path] = [length, ...events.of(path)];
    }

    for (const path of ['/slow', '/slow-stream']) {
      const client = rawClient(first, path);
      await answerOf(first, '/ping');
      await answerOf(first, '/all');
      if (path === '/slow' && takesBodyAtOnce(runTime, framework)) await events.until(path, 'closed');
      const before = events.of(path);
      const received = await client.read();
      await events.until(path, 'closed');
      outcome[path] = { before, received: received > 16_000_000, events: events.of(path) };
    }
    const streamed = answerOf(first, '/stream');
    await answerOf(first, '/ping');
    const before = events.of('/stream');
    await answerOf(first, '/open/stream');
    const answer = await streamed;
    await events.until('/stream', 'closed');
    outcome['/stream'] = { before, answer, events: events.of('/stream') };

    const gone = rawClient(first, '/gone');
    await events.until('/gone', 'came');
    await gone.leave();
    await answerOf(first, '/open/gone');
    await events.until('/gone', 'closed');
    outcome['/gone'] = events.of('/gone');

    const goneFromStream = rawClient(first, '/gone-stream');
    await goneFromStream.begun();
    await goneFromStream.leave();
    await events.until('/gone-stream', 'closed');
    outcome['/gone-stream'] = events.of('/gone-stream');

    const sessions = await Promise.all(Array.from({ length: 100 }, () => answerOf(first, '/many')));
    const many = new Set<string>();
    for (let n = 1; n <= 100; n++) {
      await events.until(`/many ${n}`, 'closed');
      many.add(events.of(`/many ${n}`).join());
    }
    outcome['/many'] = { sessions: new Set(sessions).size, events: [...many] };

    await asked(second, '/held', 'first task');
    outcome['disposing and closing'] = [
      await answerOf(first, '/dispose'),
      (await answerOf(second, '/ping')).slice(0, 3),
      await answerOf(first, '/close'),
      await answerOf(second, '/ping').catch((error) => /ECONNRE(FUSED|SET)/.test(error.code)),
      ...events.of('/dispose'),
      ...events.of('/close'),
    ];
    await answerOf(first, '/open/held');
    await events.until('/close', 'closed');
    await events.until('/dispose', 'disposed');
    outcome['disposed and closed'] = events.of('/held');

    const agent = new Agent({ keepAlive: true });
    await answerOf(first, '/ping', { agent }); // its connection stays
    await answerOf(first, '/ended');
    const ending = answerOf(first, '/ending');
    await events.until('/ending', 'came');
    const slow = rawClient(first, '/slow');
    await answerOf(first, '/ping'); // behind it
    child.kill('SIGTERM');
    const late = await ending;
    const whole = (await slow.read()) > 16_000_000;
    const { code } = await within('the end of the process', ended);
    agent.destroy();
    outcome.SIGTERM = { late, whole, code, events: ['/ended', '/ending', 'first'].map(events.of) };
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  return outcome;
}

const expected = {
  '/all': ['200 answer', 'first task', 'sync task', 'last task', 'closed'],
  '/head': ['200 ', 'first task', 'closed'],
  '/empty': ['200 ', 'first task', 'closed'],
  '/throws': [true, 'always', 'rolled back'],
  '/blocks-short': ['200 answer'.length, 'first task', 'had the last byte', 'closed'],
  '/blocks-long': ['200 '.length + 8_000_000, 'first task', 'had the last byte', 'closed'],
  '/blocks-stream': ['200 '.length + 3_000, 'first task', 'had the last byte', 'closed'],
  '/slow': { before: [], received: true, events: ['first task', 'closed'] },
  '/slow-stream': { before: [], received: true, events: ['first task', 'closed'] },
  '/stream': { before: [], answer: '200 xxxxxxxxxx', events: ['first task', 'closed'] },
  '/gone': ['came', 'first task', 'last task', 'closed'],
  '/gone-stream': ['first task', 'closed'],
  '/many': { sessions: 100, events: ['first task,sync task,last task,closed'] },
  '/held': ['200 answer', 'closed', 'first task'],
  'disposing and closing': ['200 disposing', '500', '200 closing', true],
  'disposed and closed': ['closed', 'first task', 'last task'],
  SIGTERM: {
    late: '200 late answer',
    whole: true,
    code: 143,
    events: [['first task', 'last task', 'closed'], ['came', 'first task', 'closed'], ['closed']],
  },
};

/** What the run times themselves do otherwise, as docs/web.md says. */
function expectedOn(runTime: RunTime, framework: string) {
  if (takesBodyAtOnce(runTime, framework)) {
    const { '/blocks-long': _, ...others } = expected;
    const events = ['first task', 'closed'];
    return { ...others, '/slow': { before: events, received: true, events } };
  }
  const cuts = runTime === 'Bun' && framework !== 'hono-served';
  return cuts ? { ...expected, SIGTERM: { ...expected.SIGTERM, whole: false } } : expected;
}

/** Deno.serve does, however slow the client. */
function takesBodyAtOnce(runTime: RunTime, framework: string): boolean {
  return runTime === 'Deno' && framework === 'hono-served';
}

describe.each(servers)('a server of %s', (framework, on) => {
  test.concurrent.each(on)('answers, runs tasks, closes and ends on %s', { timeout }, async (runTime) => {
    expect(await outcomeOf(runTime, framework)).toEqual(expectedOn(runTime, framework));
  });

  const others = on.filter((runTime) => runTime !== 'Node'); // there, test/web-applications.test.ts does it
  const injects = 'injects what handlers take, also where reading a body has lost their flow, on %s';
  test.concurrent.each(others)(injects, { timeout }, async (runTime) => {
    const { child, ended } = start(runTime, 'test/fixtures/programs/web.ts', framework);
    try {
      const { stdout, stderr, code } = await within('the end of the process', ended);
      const lines = stdout.split('\n').filter((line) => line && !line.startsWith('200 '));
      expect(stdout).toContain('200 registered ada\n');
      expect(lines).toEqual([
        expect.stringMatching(/^RequestError: the task log was given an object of the request/),
        'recorded: a request',
        'hello ada with an open session: true',
        'on a thread: hello 7',
        'recorded: ada by a helper',
        'hello inline',
        'session closed',
        'closed',
      ]);
      expect(stderr).toMatch(/Error in background async task late: late asks for the \w+ of POST \/register/);
      expect(code).toBe(0);
    } finally {
      child.kill('SIGKILL');
    }
  });
});

test('closing a server of Bun leaves a WebSocket open, and waits for tasks', { timeout }, async () => {
  const { child, ended } = start('Bun', 'test/fixtures/programs/web-socket-on-bun.ts');
  try {
    const { stdout } = await within('the end of the process', ended);
    expect(stdout).toBe('task\nclosed\necho\n');
  } finally {
    child.kill('SIGKILL');
  }
});
