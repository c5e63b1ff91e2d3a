import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { startProgram } from './fixtures/run-program.js';
import { keepAliveClient } from './fixtures/web/client.js';

const folder = mkdtempSync(join(tmpdir(), 'offstage-signal-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(['node', 'hono', 'fastify', 'express', 'koa'])(
  'a server on %s that gets SIGTERM among a thousand requests does the tasks of all that it has answered',
  async (framework) => {
    const file = join(folder, framework);
    const { child, ended, printed } = startProgram('test/fixtures/programs/web-signal.ts', framework, file);
    const [, port] = (await printed('.\n')).match(/listens on (\d+)/) ?? [];
    const client = keepAliveClient(Number(port), '/', 1_000);
    await client.answered(300);
    child.kill('SIGTERM');
    const answers = await client.ended;
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });

    const steps = new Map<string, string[]>();
    for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
      const [request = '', step = ''] = line.split('.');
      steps.set(request, [...(steps.get(request) ?? []), step]);
    }
    expect(answers.length).toBeGreaterThanOrEqual(300);
    expect(answers.filter((answer) => steps.get(answer)?.join() !== '1,2,3')).toEqual([]);
    expect(stdout).toContain(`closed ${steps.size} of ${steps.size}\n`);
  },
);
