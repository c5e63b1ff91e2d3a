import { expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';

const offstage = (...args: string[]) => runNode(['dist/cli/main.js', ...args]);

test('check says that a program is valid, without running it', async () => {
  expect(await offstage('check', 'test/fixtures/programs/sound-app.ts')).toEqual({
    code: 0,
    stderr: '',
    stdout: 'valid: 5 providers, 1 injected functions\n',
  });
});

test('check lists every problem, and exits with 1', async () => {
  const { code, stdout, stderr } = await offstage('check', 'test/fixtures/programs/errors.ts');
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^the container has 3 problems\n/);
  expect(stderr).toContain('ProviderNotFoundError: no provider for Clock');
  expect(stderr).toContain('CircularDependencyError: Cart needs itself');
  expect(stderr).toContain('CaptiveDependencyError: the singleton Repository(session: Session)');
  expect(code).toBe(1);
});

test('graph prints what needs what, for Mermaid and for Graphviz', async () => {
  const { code, stdout, stderr } = await offstage('graph', 'test/fixtures/programs/sound-app.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    [
      'flowchart LR',
      '  n0["Background"]:::resource',
      '  n1["Container"]',
      '  n2["Mailer"]:::singleton',
      '  n3["Mailer"]:::singleton',
      '  n4["SignUp"]:::transient',
      '  n5["signUp()"]',
      '  n2 -->|"mailer"| n3',
      '  n4 -->|"mailer"| n2',
      '  n5 -->|"bg"| n0',
      '  n5 -->|"service"| n4',
      '',
    ].join('\n'),
  );
  const dot = await offstage('graph', '--dot', 'test/fixtures/programs/sound-app.ts');
  expect(dot.stdout).toMatch(/^digraph offstage \{\n[\s\S]*n4 -> n2 \[label="mailer"\];[\s\S]*\}\n$/);
});

test.each([
  [[], /^offstage check <file>/],
  [['check'], /^offstage check <file>/],
  [['explode', 'a.ts'], /^offstage check <file>/],
  [['check', 'missing.ts'], /there is no file missing\.ts/],
  [['check', '--what', 'a.ts'], /Unknown option '--what'/],
])('%j is answered with what to do, and exits with 2', async (args, expected) => {
  const { code, stderr, stdout } = await offstage(...args);
  expect(stderr).toMatch(expected);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
