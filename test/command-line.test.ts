import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runNode, startCommand, startNode } from './fixtures/run-program.js';
import { temporaryFolder } from './fixtures/transform/evaluate.js';

const offstage = (...args: string[]) => runNode(['dist/cli/main.js', ...args]);

test('a clone has the command, too, as npx finds it', async () => {
  const { ended } = startCommand(fileURLToPath(new URL('../dist/cli/main.js', import.meta.url)), ['explain']);
  expect(await ended).toMatchObject({ code: 2 });
});

test('check says that a program is valid, without running it', async () => {
  expect(await offstage('check', 'test/fixtures/programs/sound-app.ts')).toMatchObject({
    code: 0,
    stderr: '',
    stdout: 'valid: 5 providers, 1 injected function\n',
  });
});

test('check tells what nobody provides and callers have to pass, once for each class', async () => {
  const file = join(temporaryFolder(), 'forgotten.ts');
  writeFileSync(
    file,
    `import { inject, singleton, token, typeToken } from 'offstage';
class Mailer {}
interface Clock { now(): number }
const Clock = token<Clock>('Clock');
@singleton class Shop {}
typeToken('some-package', 'Next');
export const send = inject(function send(m: Mailer, url: URL, to: string) {});
export const greet = inject(function greet(shop: Shop, m: Mailer, c?: Clock) {});
export const list = inject(function list(clocks: Clock[], next: import('some-package').Next) {});
`,
  );
  const { code, stdout, stderr } = await offstage('check', file);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.replaceAll(/[^( ]*forgotten/g, 'forgotten')).toBe(`valid: 2 providers, 3 injected functions
note: Mailer has no provider: it is left to the callers of send(m: Mailer, url: URL, to: string) (forgotten.ts:7), and of 1 more
note: Clock[] has no provider: it is left to the callers of list(clocks: Clock[], next: import('some-package').Next) (forgotten.ts:9)
`);
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

/** A program with a missing provider, which ends in its own way. */
function endsBy(end: string): string {
  const file = join(temporaryFolder(), 'my program ü.ts');
  const start = `import { inject, singleton } from 'offstage';
class Clock {}
@singleton
class Mailer { constructor(readonly clock: Clock) {} }
const send = inject(async (mailer: Mailer) => console.log('sent by', mailer));
console.log('it loads');`;
  writeFileSync(file, `${start}\n${end}\n`);
  return file;
}

test.each([
  ['before it needs anything', 'process.exit(0);'],
  ['when its first call fails', 'try { await send(); } catch { process.exit(0); }'],
  [
    'when a call behind its loading fails',
    `const main = async () => { await null; await send(); };
main().catch(() => process.exit(0));`,
  ],
  [
    'when it hears of an error',
    `process.on('unhandledRejection', () => process.exit(0)); void Promise.resolve().then(() => send());`,
  ],
  ['by an error of a timer', 'setImmediate(() => void send());'],
])('check looks at a program that ends itself %s, and runs none of it', async (_, end) => {
  const { code, stdout, stderr } = await offstage('check', endsBy(end));
  expect(stderr).toMatch(/^it loads\nthe container has one problem\n/);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
});

test.each([
  ['a child container', 'Container.create({ parent: Container }).run(() => use());'],
  [
    'a container of its own',
    'const own = Container.create(); own.registerProvider(Clock, { useClass: Clock }); own.resolve(Clock);',
  ],
])('check runs a program no further than to the first use of %s', async (_, uses) => {
  const file = endsBy(`import { Container } from 'offstage';
@singleton class Watch {}
const use = inject((watch: Watch) => watch);
${uses}
console.log('it runs on');`);
  const { stderr } = await offstage('check', file);
  expect(stderr).toMatch(/^it loads\nthe container has one problem\n/);
});

/** A program of which there is more to tell than a pipe holds. */
function large(): string {
  const name = (n: number) => `Numbered${n}${'_'.repeat(300)}`;
  const classes = Array.from({ length: 3000 }, (_, n) => `@singleton class ${name(n)} {}`);
  return endsBy(classes.join('\n'));
}

test('what is drawn is alone on the standard output, and complete', async () => {
  const { code, stdout, stderr } = await offstage('graph', large());
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'it loads\n' });
  expect(stdout).toMatch(/^flowchart LR\n/);
  expect(stdout).toContain('"Numbered2999_');
  expect(stdout.endsWith('\n')).toBe(true);
});

test('nobody has to read all that is told', async () => {
  const { child, ended, printed } = startNode(['dist/cli/main.js', 'explain', large()]);
  await printed('Numbered0');
  child.stdout.destroy(); // as | head does
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test('graph prints what needs what, for Mermaid and for Graphviz', async () => {
  const { code, stdout, stderr } = await offstage('graph', 'test/fixtures/programs/sound-app.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toBe(
    [
      'flowchart LR',
      '  n0["Container"]',
      '  n1["Mailer"]:::singleton',
      '  n2["Mailer"]:::singleton',
      '  n3["SignUp"]:::transient',
      '  n4["signUp()"]',
      '  n5["Background"]:::resource',
      '  n1 -->|"mailer"| n2',
      '  n3 -->|"mailer"| n1',
      '  n4 -->|"bg"| n5',
      '  n4 -->|"service"| n3',
      '',
    ].join('\n'),
  );
  const dot = await offstage('graph', '--dot', 'test/fixtures/programs/sound-app.ts');
  expect(dot.stdout).toMatch(/^digraph offstage \{\n[\s\S]*n3 -> n1 \[label="mailer"\];[\s\S]*\}\n$/);
});

test.each([
  [[], /^offstage run \[options of node\] <file>/],
  [['check'], /^offstage run \[options of node\] <file>/],
  [['run'], /^offstage run \[options of node\] <file>/],
  [['explain', 'missing.ts'], /there is no file missing\.ts/],
  [['explain', 'package-lock.json'], /package-lock\.json does not compile: .*\n[\s\S]*package-lock\.json:2:/],
  [['explode', 'a.ts'], /^offstage run \[options of node\] <file>/],
  [['check', 'missing.ts'], /there is no file missing\.ts/],
  [['check', '--what', 'a.ts'], /Unknown option '--what'/],
])('%j is answered with what to do, and exits with 2', async (args, expected) => {
  const { code, stderr, stdout } = await offstage(...args);
  expect(stderr).toMatch(expected);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});

test.each([
  ['check', 'missing.ts'],
  ['explain', 'missing.ts'],
  ['check', '--what', 'a.ts'],
])('%s %s is answered without a stack, and with how to use it', async (...args) => {
  const { stderr } = await offstage(...args);
  expect(stderr).not.toMatch(/^ +at |Error/m);
  expect(stderr).toMatch(/^.*(missing\.ts|--what).*\n\noffstage run /);
});

test('--version prints the version', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await offstage('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
});

describe('run', () => {
  const program = 'test/fixtures/programs/until-told.ts';

  test('gives the program its arguments, and ends with its exit code', async () => {
    expect(await offstage('run', program, 'fail', 'ada', '--bob')).toMatchObject({
      code: 3,
      stderr: '',
      stdout: 'hello ada and --bob\n',
    });
  });

  test('gives Node its options', async () => {
    const { stdout } = await offstage('run', '--title=told', program, 'title', 'ada');
    expect(stdout).toBe('hello ada and told\n');
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'passes %s on, and waits for the program',
    async (signal) => {
      const { child, ended, printed } = startNode(['dist/cli/main.js', 'run', program, 'wait', 'ada']);
      await printed('hello');
      child.kill(signal);
      expect(await ended).toMatchObject({ code: 7, stdout: `hello ada\ntold to end by ${signal}\n` });
    },
  );

  test('ends by the signal that ended the program', async () => {
    const { child, ended, printed } = startNode(['dist/cli/main.js', 'run', program, 'wait', 'ada']);
    await printed('hello');
    child.kill('SIGUSR2'); // passed on, and nothing in the program waits for it
    expect(await ended).toMatchObject({ code: null, signal: 'SIGUSR2' });
  });

  test('runs the program anew when a file of it changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'offstage-watch-'));
    const write = (name: string) =>
      writeFileSync(join(folder, 'name.ts'), `export const name: string = '${name}';\n`);
    writeFileSync(
      join(folder, 'app.ts'),
      `import { name } from './name.js';\nconsole.log(\`it is \${name}\`);\n`,
    );
    write('ada');
    const { child, ended, printed } = startNode([
      'dist/cli/main.js',
      'run',
      '--watch',
      join(folder, 'app.ts'),
    ]);
    await printed('it is ada');
    // Node may begin to watch a file only when its program has run.
    const again = setInterval(() => write('bob'), 500);
    await printed('it is bob').finally(() => clearInterval(again));
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true });
  });
});

test('explain tells of tokens that are named by hand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'offstage-named-'));
  const file = join(folder, 'named.ts');
  writeFileSync(
    file,
    `import { inject, singleton } from 'offstage';
export const welcome = inject([Mailer], async (mailer, to: string) => mailer.send(to));
function several(mailer = undefined, to, ...rest) {}
inject([Mailer, undefined, Clock, Shop], several);
Container.registerProvider(Shop, { useFactory: (mailer, clock) => 1, deps: [Mailer] });
@singleton({ deps: [Mailer] })
class Shop { constructor(readonly mailer: Mailer, readonly size: number) {} }
`,
  );
  const { code, stdout, stderr } = await offstage('explain', file);
  rmSync(folder, { recursive: true });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.match(/^ {4}.*$/gm)?.map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
    'mailer injected: Mailer, named by hand',
    "to the caller's: no token is named for it",
    'mailer injected: Mailer, named by hand, or undefined where nobody provides it',
    "to the caller's: no token is named for it",
    'rest injected: Clock, Shop, named by hand, before all arguments that are left',
    'mailer injected: Mailer, named by hand',
    "clock the caller's: no token is named for it",
    'mailer injected: Mailer, named by hand',
    "size the caller's: no token is named for it",
  ]);
});

test('explain tells what each parameter is taken for, and why', async () => {
  const { code, stdout, stderr } = await offstage('explain', 'test/fixtures/programs/explained.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.replaceAll('test/fixtures/programs/', '')).toMatchInlineSnapshot(`
    "explained.ts:16 Shop(mailer: Lazy<Mailer>, clocks: Clock[], make: Factory<Mailer>)
      class
        mailer  injected: Mailer of '../constructs/services.js', if that is a value; loaded when needed, as it is imported as a type, made when it is asked for
        clocks  injected: all that is provided for Clock, of this file
        make    injected: a function that makes Mailer of '../constructs/services.js', if that is a value; loaded when needed, as it is imported as a type

    explained.ts:24 price(url: URL, id: number, repository: Repository, node: Node)
      sync: as a task on a worker thread, which loads the module
        url         injected: URL, a global, or the caller's where nobody provides it
        id          the caller's: typeof number
        repository  the caller's: Repository has no value; declare const Repository = token<Repository>('Repository') beside it to inject it
        node        the caller's: estree has nothing that runs; typeToken('estree', 'Node') can provide it

    explained.ts:27 count(by: number)
      sync: as a task on the event loop, since a thread would see a copy of calls
        by  the caller's: typeof number

    explained.ts:30 serve(server: Server, shop: Shop | undefined, spare: Shop | null, { find }: { find: string }, ...rest: string[])
      async: on the event loop
        server    injected: Server of 'node:http', if that is a value; loaded when needed, as it is imported as a type, or the caller's where nobody provides it
        shop      injected: Shop, of this file, or undefined where nobody provides it
        spare     injected: Shop, of this file, or null where nobody provides it
        { find }  the caller's: only a class or a token can be injected
        rest      the caller's: all arguments that are left

    explained.ts:37 anonymous(part)
      nothing is added: it neither stands at the top level nor is given to inject, task, add, map or useFactory

    explained.ts:39 anonymous(bg: Background, mailer: Mailer, name)
      async: on the event loop
        bg      injected: Background of 'offstage', if that is a value; loaded when needed, as it is imported as a type, or the caller's where nobody provides it
        mailer  injected: Mailer of '../constructs/services.js', if that is a value; loaded when needed, as it is imported as a type, or the caller's where nobody provides it
        name    the caller's: no type is written
    "
  `);
});
