import { expect, test } from 'vitest';
import { runProgram } from './fixtures/run-program.js';

/** The task that wants its request names the type by which each framework knows it. */
const frameworks = [
  ['node', 'IncomingMessage'],
  ['hono', 'Context'],
  ['fastify', 'FastifyRequest'],
  ['express', 'Request'],
  ['koa', 'Context'],
] as const;

test.concurrent.each(frameworks)(
  'an application on %s: handlers, tasks and helpers are injected',
  async (framework, type) => {
    const { stdout, stderr, code } = await runProgram('test/fixtures/programs/web.ts', framework);
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('200'));
    expect({ lines, code }).toEqual({
      lines: [
        'RequestError: the task log was given an object of the request, as argument 1: when the task runs, the request is gone',
        'recorded: a request',
        'hello ada with an open session: true',
        'on a thread: hello 7',
        'recorded: ada by a helper',
        'hello inline',
        'session closed',
        'closed',
      ],
      code: 0,
    });
    expect(stdout).toContain('200 registered ada');
    expect(stderr).toContain(
      `late asks for the ${type} of POST /register, which is gone: the response has been sent\n` +
        'Extract what the task needs in the handler first, and pass that',
    );
  },
);
