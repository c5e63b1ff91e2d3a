import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { startProgram } from './fixtures/run-program.js';
import { keepAliveClient } from './fixtures/web/client.js';

const folder = mkdtempSync(join(tmpdir(), 'offstage-signal-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(['node', 'hono', 'fastify', 'express', 'koa'])(
  'a server on %s that gets SIGTERM among a thousand requests does the tasks of all that it has answered',
  (framework) => {
    test.each([
      ['', 0],
      ['drains', 143], // drainOnSignal() closes the container, which open connections still need
    ])('%s', async (drains, exitCode) => {
      const file = join(folder, framework + drains);
      const program = 'test/fixtures/programs/web-signal.ts';
      const { child, ended, printed } = startProgram(program, framework, file, drains);
      const [, port] = (await printed('.\n')).match(/listens on (\d+)/) ?? [];
      const client = keepAliveClient(Number(port), '/', 1_000);
      await client.answered(300);
      child.kill('SIGTERM');
      const answers = await client.ended;
      const { code, stdout, stderr } = await ended;
      expect(code).toBe(exitCode);
      expect(stderr).not.toMatch(/error/i);

      const steps = new Map<string, string[]>();
      for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
        const [request = '', step = ''] = line.split('.');
        steps.set(request, [...(steps.get(request) ?? []), step]);
      }
      expect(answers.length).toBeGreaterThanOrEqual(300);
      expect(answers.filter((answer) => steps.get(answer)?.join() !== '1,2,3')).toEqual([]);
      expect(stdout).toContain(`closed ${steps.size} of ${steps.size}\n`);
      // Fastify refuses them itself when it closes.
      expect(client.refusals.filter((status) => framework !== 'fastify' || status !== 503)).toEqual([]);
    });
  },
);
