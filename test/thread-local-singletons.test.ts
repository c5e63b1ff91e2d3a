import { Container, Scope, singleton } from 'offstage';
import { expect, test } from 'vitest';
import { runNode } from './fixtures/run-program.js';
import { tellingProgram } from './fixtures/telling-program.js';

const program = tellingProgram('test/fixtures/programs/thread-local/program.ts');
const { given } = program;

test('the program ends well', () => {
  expect(program.ended.code).toBe(0);
});

test('a task is given the instance of its thread, and the next task the same one', () => {
  expect(program.ended.stdout).toContain(
    'parses: "1 Hello one made in time 1"\nparses: "2 Hello two made in time 2"',
  );
  expect(given('encodes')).toEqual([3, true, true]);
});

test('what it holds of the main thread answers in every task, and is the very object when it is passed back', () => {
  expect(given('sends')).toEqual([1, true, true]);
  expect(program.printed.get('sent')).toBe('from its own,three,four; drafts: 1');
});

test('one that takes others is given those of its thread', () => {
  expect(program.ended.stdout).toContain(
    'renders: "3 emit ni edam eerht olleH 3"\nrenders: "4 emit ni edam ruof olleH 4"',
  );
});

test('on the thread the default container and injected functions give the same instance', () => {
  expect(given('asks')).toEqual([true, true, true, true]);
  expect(given('usesInjected')).toBe(true);
});

test('on the main thread it is an ordinary singleton, and the threads leave it alone', () => {
  expect(program.printed.get('here')).toBe('0, 0');
});

test('another container has others, made of what it provides', () => {
  expect(program.printed.get('other')).toBe('1 Servus five of the other container 1');
});

test('when a container is no more, threads keep nothing of it', async () => {
  const program = 'test/fixtures/programs/thread-local/forgotten.ts';
  const { stdout, stderr } = await runNode(['--expose-gc', '--import', 'offstage/register', program]);
  expect(stderr).toBe('');
  expect(stdout).toBe('true true\n');
});

test('what threads have made of an override ends with it, and what they made before is told when one begins', async () => {
  const program = 'test/fixtures/programs/thread-local/overridden.ts';
  const { stdout, stderr } = await runNode(['--import', 'offstage/register', program]);
  expect(stdout).toBe('fake\nreal\nreal\n');
  expect(stderr).toContain('The singleton Prices is already made and keeps the Bank it was given.');
});

test('what threads are given for it belongs to its container, and is closed with it, or when making it failed', async () => {
  const program = 'test/fixtures/programs/thread-local/lent.ts';
  const { stdout } = await runNode(['--import', 'offstage/register', program]);
  expect(stdout.split('\n')).toEqual([
    'a tenant fails: down, made 1, closed 1',
    'it tries again: 1, made 2, closed 1',
    'it is no more: 2, made 2, closed 1',
    'back to the beginning: , made 2, closed 2',
    'overridden: 1, made 3, closed 2',
    'no more: 1, made 4, closed 3',
    'restored: 2, made 4, closed 3',
    'disposed: , made 4, closed 4',
    '',
  ]);
});

test('it does not leave its thread, and a class that a thread cannot find is told', () => {
  expect(given('returnsOwn')).toEqual([
    'the result is an instance of Codec, which cannot cross between threads',
    'Return plain data.',
  ]);
  expect(given('hides')).toEqual([
    expect.stringMatching(
      /^Hidden cannot be made on a worker thread: file:.*program\.ts does not give it there$/,
    ),
    'Export Hidden from the top level of its module; in a bundle, declare it in the file that adds the task.',
  ]);
});

test('only singletons can be local to threads', () => {
  class Clock {}
  const container = Container.create();
  const options = { useClass: Clock, scope: Scope.Transient, threads: 'local' } as const;
  const message = `registerProvider(Clock, …): { threads: "local" } with the scope transient
Only a singleton can have an instance on each thread, by { scope: Scope.Singleton, threads: 'local' }.`;
  expect(() => container.registerProvider(Clock, options)).toThrow(message);
  const other = { threads: 'shared' } as unknown as { threads: 'local' };
  expect(() => singleton(other)).toThrow('@singleton: { threads: "shared" } with the scope singleton');
});
